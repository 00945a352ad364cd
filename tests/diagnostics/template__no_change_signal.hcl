# error[template::no_change_signal] 13:25 change mode "signal" needs a signal
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      template {
        data        = "x"
        destination   = "local/x"
        change_mode   = "signal"
        change_signal = ""
      }
    }
  }
}
