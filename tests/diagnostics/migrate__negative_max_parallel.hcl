# note[job::cluster_only] 5:5 no effect on one host: `migrate`
# error[migrate::negative_max_parallel] 6:22 `max_parallel` must be at least 0, not -1
job "example" {
  group "main" {
    migrate {
      max_parallel = -1
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
