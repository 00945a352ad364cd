# error[task::null_in_name] 6:19 the task's name has a null character in it
job "example" {
  group "main" {
    dynamic "task" {
      for_each = ["a\u0000"]
      labels   = [task.value]
      content {
        driver = "exec"
        config {
          command = "/bin/server"
        }
      }
    }
  }
}
