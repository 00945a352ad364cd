# note[job::cluster_only] 6:5 no effect on one host: `reschedule`
# error[reschedule::wrong_job_type] 6:5 a system job cannot have `reschedule`
job "example" {
  type = "system"
  group "main" {
    reschedule {
      attempts = 1
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
