# note[job::cluster_only] 6:5 no effect on one host: `migrate`
# error[migrate::wrong_job_type] 6:5 a batch job cannot have `migrate`
job "example" {
  type = "batch"
  group "main" {
    migrate {
      max_parallel = 1
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
