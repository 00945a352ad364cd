# note[job::cluster_only] 7:5 no effect on one host: `scaling`
# error[scaling::max_under_min] 9:13 `max` (2) is less than `min` (3)
# error[scaling::count_outside] 9:13 `count` (3) is more than the most that `scaling` allows (2)
job "example" {
  group "main" {
    count = 3
    scaling {
      min = 3
      max = 2
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
