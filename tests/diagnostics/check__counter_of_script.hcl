# error[check::counter_of_script] 14:34 a script check cannot have `success_before_passing`
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name = "web"
      port = "8080"
      check {
        type                   = "script"
        task                   = "main"
        command                = "/bin/ok"
        interval               = "10s"
        timeout                = "2s"
        success_before_passing = 2
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
