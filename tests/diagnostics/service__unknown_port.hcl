# error[service::unknown_port] 16:16 the group has no port "htp"
job "example" {
  group "main" {
    network {
      port "http" {
      }
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      shutdown_delay = "5s"
      service {
        name = "web"
        port = "htp"
      }
    }
  }
}
