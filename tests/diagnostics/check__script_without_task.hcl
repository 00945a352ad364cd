# error[check::script_without_task] 8:7 a script check in a service of a group needs a task to run in
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name = "web"
      port = "8080"
      check {
        type     = "script"
        command  = "/bin/ok"
        interval = "10s"
        timeout  = "2s"
      }
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
