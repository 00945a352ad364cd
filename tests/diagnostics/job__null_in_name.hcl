# error[job::null_in_name] 3:10 the job's name has a null character in it
job "example" {
  name = "web\u0000"
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
