# error[group::max_run_duration_not_positive] 5:24 `max_run_duration` must be more than nothing
job "example" {
  type = "batch"
  group "main" {
    max_run_duration = "0s"
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
