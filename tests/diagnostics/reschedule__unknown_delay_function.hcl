# note[job::cluster_only] 5:5 no effect on one host: `reschedule`
# error[reschedule::unknown_delay_function] 6:24 unknown delay function "linear"
job "example" {
  group "main" {
    reschedule {
      delay_function = "linear"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
