# error[update::min_healthy_time_over_deadline] 5:26 `min_healthy_time` (10m0s) must be less than `healthy_deadline` (5m0s)
job "example" {
  group "main" {
    update {
      min_healthy_time = "10m"
      healthy_deadline = "5m"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
