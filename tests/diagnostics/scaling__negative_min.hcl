# note[job::cluster_only] 6:5 no effect on one host: `scaling`
# error[scaling::negative_min] 7:13 `min` must be at least 0, not -1
job "example" {
  group "main" {
    count = 0
    scaling {
      min = -1
      max = 3
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
