# error[service::address_mode_of_other_level] 7:22 address mode "driver" is for services of a task
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name         = "web"
      address_mode = "driver"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
