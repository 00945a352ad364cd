# error[job::space_in_id] 3:8 the job's id "web server" has a space in it
job "example" {
  id = "web server"
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
