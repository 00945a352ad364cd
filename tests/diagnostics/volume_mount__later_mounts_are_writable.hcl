# warning[volume_mount::later_mounts_are_writable] 17:28 mounts that the host makes later come in writable
job "example" {
  group "main" {
    volume "data" {
      type   = "host"
      source = "data"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      volume_mount {
        volume           = "data"
        destination      = "/data"
        read_only        = true
        propagation_mode = "host-to-task"
      }
    }
  }
}
