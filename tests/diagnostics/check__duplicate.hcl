# error[check::duplicate] 18:9 two checks have no name
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      shutdown_delay = "5s"
      service {
        name = "web"
        port = "8080"
        check {
          type     = "tcp"
          interval = "10s"
          timeout  = "2s"
        }
        check {
          type     = "tcp"
          interval = "20s"
          timeout  = "2s"
        }
      }
    }
  }
}
