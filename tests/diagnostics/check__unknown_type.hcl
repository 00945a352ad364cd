# error[check::unknown_type] 10:20 unknown type of check "https"
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name     = "web"
      provider = "nomad"
      port     = "8080"
      check {
        type     = "https"
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
