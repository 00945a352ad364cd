# error[task::kill_timeout_over_progress_deadline] 9:22 `kill_timeout` (11m0s) is more than a deployment may take (10m0s)
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      kill_timeout = "11m"
    }
  }
}
