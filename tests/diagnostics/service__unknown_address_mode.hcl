# error[service::unknown_address_mode] 7:22 unknown address mode "public"
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name         = "web"
      address_mode = "public"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
