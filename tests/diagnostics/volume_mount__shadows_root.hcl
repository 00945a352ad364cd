# error[volume_mount::shadows_root] 15:23 a volume cannot take the place of the task's root
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
        destination = "/"
      }
    }
  }
}
