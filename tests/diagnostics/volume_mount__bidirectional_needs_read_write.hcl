# error[volume_mount::bidirectional_needs_read_write] 20:28 a bidirectional mount needs read-write permission
# error[volume_mount::bidirectional_needs_read_write] 20:28 a bidirectional mount needs read-write permission
# warning[task::runs_as_root] 22:14 root in the task is root of the host
job "example" {
  group "main" {
    volume "data" {
      type      = "host"
      source    = "data"
      read_only = true
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
        propagation_mode = "bidirectional"
      }
      user = "0"
    }
  }
}
