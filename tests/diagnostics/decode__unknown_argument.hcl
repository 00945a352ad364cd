# error[decode::unknown_argument] 16:9 unknown argument `readonly` in `volume_mount`
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
        readonly    = true
      }
    }
  }
}
