# A laptop: cgroup v2 with what systemd delegates to users. Asked by an ordinary user.
facts {
  os_name    = "fedora"
  os_version = "41"

  kernel {
    hostname       = "gamma"
    kernel_release = "6.11.4-301.fc41.x86_64"
    root           = false
    capabilities   = []

    cgroups {
      controllers = ["cpu", "memory", "pids"]
      unusable    = { cpuset = "not delegated to this user" }
    }
  }

  process = { name = "ada", uid = 1000, gid = 1000, groups = [10], home = "/home/ada" }
  groups  = { ada = 1000, wheel = 10 }

  paths = {
    "/etc/resolv.conf" = { kind = "symlink", target = "/run/NetworkManager/resolv.conf" }
    "/run/NetworkManager/resolv.conf" = { kind = "file" }
    "/mnt"             = { kind = "directory" }
    "/usr/share"       = { kind = "directory" }
    "/var/tmp"         = { kind = "directory" }
  }
}
