# error[service::negative_weight] 8:19 `passing` must be at least 0, not -1
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name = "web"
      weights {
        passing = -1
      }
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
