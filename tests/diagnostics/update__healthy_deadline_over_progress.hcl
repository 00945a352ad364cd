# error[update::healthy_deadline_over_progress] 5:27 `healthy_deadline` (10m0s) must be less than `progress_deadline` (5m0s)
job "example" {
  group "main" {
    update {
      healthy_deadline  = "10m"
      progress_deadline = "5m"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
