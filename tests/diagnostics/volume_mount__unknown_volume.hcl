# error[volume_mount::unknown_volume] 14:23 the group has no volume "date"
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
        volume      = "date"
        destination = "/data"
      }
    }
  }
}
