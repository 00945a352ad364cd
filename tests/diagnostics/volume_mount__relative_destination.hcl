# warning[volume_mount::relative_destination] 15:23 destination "data" is relative
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
        volume      = "data"
        destination = "data"
      }
    }
  }
}
