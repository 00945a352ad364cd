# error[task::negative_shutdown_delay] 9:24 `shutdown_delay` must not be negative
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      shutdown_delay = "-5s"
    }
  }
}
