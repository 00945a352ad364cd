# error[update::wrong_job_type] 5:5 a batch job cannot have `update`
job "example" {
  type = "batch"
  group "main" {
    update {
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
