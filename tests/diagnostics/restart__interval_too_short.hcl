# error[restart::interval_too_short] 6:18 `interval` must be at least 5s, not 1s
job "example" {
  group "main" {
    restart {
      attempts = 0
      interval = "1s"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
