# error[volume_mount::shadows_proc] 15:23 a volume at "/proc/sys" hides /proc
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
        destination = "/proc/sys"
      }
    }
  }
}
