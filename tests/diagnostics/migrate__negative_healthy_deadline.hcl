# note[job::cluster_only] 6:5 no effect on one host: `migrate`
# error[migrate::negative_min_healthy_time] 7:26 `min_healthy_time` must not be negative
# error[migrate::negative_healthy_deadline] 8:26 `healthy_deadline` must not be negative
job "example" {
  group "main" {
    migrate {
      min_healthy_time = "-5s"
      healthy_deadline = "-1s"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
