# note[job::cluster_only] 5:5 no effect on one host: `reschedule`
# error[reschedule::no_interval] 6:19 `attempts` are counted within an `interval`
job "example" {
  group "main" {
    reschedule {
      attempts  = 3
      unlimited = false
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
