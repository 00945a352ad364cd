# error[service::unknown_task] 7:14 the group has no task "server"
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name = "web"
      task = "server"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
