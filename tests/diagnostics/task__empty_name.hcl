# error[task::empty_name] 4:10 the task has no name
job "example" {
  group "main" {
    task "" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
