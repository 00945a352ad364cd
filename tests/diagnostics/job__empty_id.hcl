# error[job::empty_id] 2:5 the job has no id
job "" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
