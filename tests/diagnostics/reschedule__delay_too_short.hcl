# note[job::cluster_only] 5:5 no effect on one host: `reschedule`
# error[reschedule::delay_too_short] 6:15 `delay` must be at least 5s, not 1s
job "example" {
  group "main" {
    reschedule {
      delay = "1s"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
