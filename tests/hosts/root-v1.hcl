# An old server: cgroup v1 beside v2, no AppArmor, a kernel without mount_setattr. Asked by root.
facts {
  os_name    = "debian"
  os_version = "11"
  cpus       = 2
  memory     = 4294967296

  kernel {
    hostname       = "alpha"
    kernel_release = "5.10.0-28-amd64"
    mount_setattr  = false

    cgroups {
      layout      = "hybrid"
      controllers = ["cpu", "memory", "pids"]
      unusable    = { cpuset = "not mounted" }
    }
  }

  paths = {
    "/etc/resolv.conf" = { kind = "file" }
    "/mnt"             = { kind = "directory", propagation = "private" }
    "/usr/share"       = { kind = "directory" }
    "/var/tmp"         = { kind = "directory" }
  }
}
