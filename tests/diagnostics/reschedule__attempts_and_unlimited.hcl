# note[job::cluster_only] 5:5 no effect on one host: `reschedule`
# error[reschedule::attempts_and_unlimited] 6:18 `attempts` and `unlimited` exclude each other
job "example" {
  group "main" {
    reschedule {
      attempts = 3
      interval = "1h"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
