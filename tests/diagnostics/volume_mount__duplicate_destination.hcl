# error[volume_mount::duplicate_destination] 19:23 two volumes are mounted at "/data"
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
        destination = "/data"
      }
      volume_mount {
        volume      = "data"
        destination = "/data/"
      }
    }
  }
}
