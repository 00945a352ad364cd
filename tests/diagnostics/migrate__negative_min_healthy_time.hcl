# note[job::cluster_only] 5:5 no effect on one host: `migrate`
# error[migrate::negative_min_healthy_time] 6:26 `min_healthy_time` must not be negative
job "example" {
  group "main" {
    migrate {
      min_healthy_time = "-1s"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
