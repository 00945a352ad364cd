# error[check::cannot_expose] 10:20 only http and grpc checks can be exposed
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name = "web"
      port = "8080"
      check {
        type     = "tcp"
        expose   = true
        interval = "10s"
        timeout  = "2s"
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
