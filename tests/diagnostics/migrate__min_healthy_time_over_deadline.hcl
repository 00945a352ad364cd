# note[job::cluster_only] 5:5 no effect on one host: `migrate`
# error[migrate::min_healthy_time_over_deadline] 6:26 `min_healthy_time` (10m0s) must not be more than `healthy_deadline` (5m0s)
job "example" {
  group "main" {
    migrate {
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
