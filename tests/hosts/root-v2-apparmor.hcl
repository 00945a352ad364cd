# A new server: cgroup v2, AppArmor, names resolved by systemd. Asked by root.
facts {
  os_name    = "ubuntu"
  os_version = "24.04"

  kernel {
    hostname       = "beta"
    kernel_release = "6.8.0-45-generic"

    apparmor {
      enabled  = true
      profiles = ["jobctl-default", "unconfined"]
    }
  }

  paths = {
    "/etc/resolv.conf"                     = { kind = "symlink", target = "../run/systemd/resolve/stub-resolv.conf" }
    "/run/systemd/resolve"                 = { kind = "directory" }
    "/run/systemd/resolve/stub-resolv.conf" = { kind = "file" }
    "/lib32"                               = { kind = "symlink", target = "usr/lib32" }
    "/mnt"                                 = { kind = "directory" }
    "/usr/share"                           = { kind = "directory" }
    "/var/tmp"                             = { kind = "directory" }
  }
}

apparmor_profile = "jobctl-default"

ulimit {
  nofile = "1024:524288"
}
