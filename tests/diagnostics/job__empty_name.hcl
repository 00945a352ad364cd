# error[job::empty_name] 3:10 the job's name is empty
job "example" {
  name = ""
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
