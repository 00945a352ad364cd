# error[check::consul_only] 14:21 `advertise` is for checks of Consul only
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name     = "web"
      provider = "nomad"
      port     = "8080"
      check {
        type     = "http"
        path     = "/"
        interval = "10s"
        timeout  = "2s"
        advertise = "10.0.0.1"
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
