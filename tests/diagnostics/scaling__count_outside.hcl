# note[job::cluster_only] 6:5 no effect on one host: `scaling`
# error[scaling::count_outside] 7:13 `count` (1) is less than the least that `scaling` allows (2)
job "example" {
  group "main" {
    count = 1
    scaling {
      min = 2
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
