# note[job::cluster_only] 6:5 no effect on one host: `reschedule`
# error[reschedule::max_delay_too_short] 8:19 `max_delay` must be at least 5s, not 4s
# error[reschedule::max_delay_under_delay] 8:19 `max_delay` (4s) must not be less than `delay` (5s)
job "example" {
  group "main" {
    reschedule {
      delay     = "5s"
      max_delay = "4s"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
