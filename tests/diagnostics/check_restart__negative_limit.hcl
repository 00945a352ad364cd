# error[check_restart::negative_limit] 15:19 `limit` must be at least 0, not -1
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
        check_restart {
          limit = -1
        }
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
