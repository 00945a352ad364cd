# error[decode::missing_label] 4:5 `volume` needs a label: its name
job "example" {
  group "main" {
    volume {
      type   = "host"
      source = "data"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
