# error[check::negative_counter] 13:34 `success_before_passing` must be at least 0, not -1
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name = "web"
      port = "8080"
      check {
        type     = "http"
        path     = "/"
        interval = "10s"
        timeout  = "2s"
        success_before_passing = -1
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
