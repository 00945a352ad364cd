# error[job::empty_region] 3:12 the job's region is empty
job "example" {
  region = ""
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
