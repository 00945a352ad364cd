# error[group::negative_count] 6:13 `count` must be at least 0, not -1
# note[job::cluster_only] 7:5 no effect on one host: `scaling`
# error[scaling::negative_max] 8:13 `max` must be at least 0, not -1
job "example" {
  group "main" {
    count = -1
    scaling {
      max = -1
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
