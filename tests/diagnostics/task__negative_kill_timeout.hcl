# error[task::negative_kill_timeout] 9:22 `kill_timeout` must not be negative
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      kill_timeout = "-5s"
    }
  }
}
