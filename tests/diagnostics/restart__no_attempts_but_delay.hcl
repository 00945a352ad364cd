# error[restart::no_attempts_but_delay] 5:18 `attempts = 0` means never, mode "delay" means always
job "example" {
  group "main" {
    restart {
      attempts = 0
      mode     = "delay"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
