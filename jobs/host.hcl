# The host that the examples assume. Use it with: jobctl run --host jobs/host.hcl jobs/NAME.hcl
# Its directories are there on a fresh machine. Put your own into /etc/jobctl/host.hcl, where no --host is needed.

client {
  # Everybody may write here.
  host_volume "scratch" {
    path = "/var/tmp"
  }

  # No task may write here, whatever its job says.
  host_volume "share" {
    path      = "/usr/share"
    read_only = true
  }

  # Where an administrator mounts things: used by propagation.hcl.
  host_volume "media" {
    path = "/mnt"
  }

  meta {
    purpose = "examples"
  }
}

plugin "exec" {
  config {
    # What a task may ask for with cap_add; the first line is the default.
    allow_caps = [
      "audit_write", "chown", "dac_override", "fowner", "fsetid", "kill", "mknod", "net_bind_service", "setfcap",
      "setgid", "setpcap", "setuid", "sys_chroot",
      "net_raw", "sys_admin",
    ]
  }
}
