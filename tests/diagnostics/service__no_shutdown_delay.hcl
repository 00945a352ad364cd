# warning[service::no_shutdown_delay] 4:5 a service that stops without a delay loses requests
job "example" {
  group "main" {
    service {
      provider = "nomad"
      port     = "8080"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
