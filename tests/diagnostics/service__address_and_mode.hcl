# error[service::address_and_mode] 7:22 `address` and `address_mode` exclude each other
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name         = "web"
      address      = "10.0.0.1"
      address_mode = "host"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
