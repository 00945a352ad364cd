# error[task::slash_in_name] 4:10 the task's name "a/b" has a slash in it
job "example" {
  group "main" {
    task "a/b" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
