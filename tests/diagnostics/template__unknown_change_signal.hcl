# warning[template::unknown_change_signal] 13:25 unknown signal "SIGHUPP"
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      template {
        data          = "x"
        destination   = "local/x"
        change_mode   = "signal"
        change_signal = "SIGHUPP"
      }
    }
  }
}
