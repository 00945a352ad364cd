# error[check::no_path] 9:7 an http check needs a path
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name     = "web"
      provider = "nomad"
      port     = "8080"
      check {
        type     = "http"
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
