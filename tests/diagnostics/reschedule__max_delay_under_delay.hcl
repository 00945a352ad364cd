# note[job::cluster_only] 5:5 no effect on one host: `reschedule`
# error[reschedule::max_delay_under_delay] 7:19 `max_delay` (30s) must not be less than `delay` (1m0s)
job "example" {
  group "main" {
    reschedule {
      delay     = "1m"
      max_delay = "30s"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
