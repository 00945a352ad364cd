# error[volume_mount::no_volume] 13:7 the mount names no volume
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
        destination = "/data"
      }
    }
  }
}
