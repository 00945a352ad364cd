# error[service::several_providers] 9:5 the services of a group must have one provider
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name     = "a"
      provider = "nomad"
    }
    service {
      name = "b"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
