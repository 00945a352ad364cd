# error[check::unknown_on_update] 14:21 unknown value of `on_update` "wait"
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
        on_update = "wait"
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
