# error[service::bad_name] 6:14 the service's name "web_server" cannot be part of a host name
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name = "web_server"
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
