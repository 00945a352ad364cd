# error[job::null_in_id] 3:8 the job's id has a null character in it
job "example" {
  id = "web\u0000"
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
