# note[job::cluster_only] 5:5 no effect on one host: `scaling`
# error[scaling::no_max] 5:5 `scaling` has no `max`
job "example" {
  group "main" {
    scaling {
      min = 1
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
