# error[group::no_main_task] 3:3 every task of group "main" has a lifecycle: none is a main task
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      lifecycle {
        hook = "prestart"
      }
    }
  }
}
