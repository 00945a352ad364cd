# error[periodic::wrong_job_type] 4:3 a service job cannot be `periodic`
job "example" {
  type = "service"
  periodic {
    crons = ["@daily"]
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
