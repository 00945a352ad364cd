# error[template::wait_min_over_max] 13:17 `min` (10s) is more than `max` (5s)
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      template {
        data        = "x"
        destination = "local/x"
        wait {
          min = "10s"
          max = "5s"
        }
      }
    }
  }
}
