# warning[volume_mount::shadows_system] 15:23 a volume at "/dev/data" hides a part of /dev
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
        destination = "/dev/data"
      }
    }
  }
}
