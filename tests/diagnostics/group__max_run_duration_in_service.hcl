# error[group::max_run_duration_in_service] 5:24 a service job cannot have `max_run_duration`
job "example" {
  type = "service"
  group "main" {
    max_run_duration = "1h"
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
