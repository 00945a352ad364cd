# error[service::unknown_on_update] 7:19 unknown value of `on_update` "wait"
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name      = "web"
      on_update = "wait"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
