# note[job::cluster_only] 5:5 no effect on one host: `reschedule`
# error[reschedule::attempts_do_not_fit] 7:19 3 of 10 attempts fit into 5m0s
job "example" {
  group "main" {
    reschedule {
      attempts  = 10
      interval  = "5m"
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
