# error[volume_mount::unknown_propagation_mode] 16:28 unknown propagation mode "shared"
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
        propagation_mode = "shared"
      }
    }
  }
}
