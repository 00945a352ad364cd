# error[service::duplicate] 10:14 service "a" is registered twice for the same port
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name = "a"
      port = "8080"
    }
    service {
      name = "a"
      port = "8080"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
