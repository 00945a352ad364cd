# error[check::type_of_consul] 10:20 a check of Nomad cannot be of type "grpc"
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name     = "web"
      provider = "nomad"
      port     = "8080"
      check {
        type     = "grpc"
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
