# warning[volume_mount::bidirectional_without_sys_admin] 16:28 the task cannot make mounts to pass to the host
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
        propagation_mode = "bidirectional"
      }
    }
  }
}
