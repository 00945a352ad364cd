# error[volume_mount::no_destination] 15:23 the mount has no destination
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
        destination = ""
      }
    }
  }
}
