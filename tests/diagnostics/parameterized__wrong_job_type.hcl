# error[parameterized::wrong_job_type] 3:3 a service job cannot be `parameterized`
job "example" {
  parameterized {
  }
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
