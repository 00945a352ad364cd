# error[template::signal_with_env] 13:25 a signal does not change a task's environment
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      template {
        data          = "A=1"
        destination   = "local/x"
        env           = true
        change_mode   = "signal"
        change_signal = "SIGHUP"
      }
    }
  }
}
