# error[group::negative_shutdown_delay] 4:22 `shutdown_delay` must not be negative
job "example" {
  group "main" {
    shutdown_delay = "-5s"
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
