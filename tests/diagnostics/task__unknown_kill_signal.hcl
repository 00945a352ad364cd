# error[task::unknown_kill_signal] 9:21 unknown signal "TERM"
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      kill_signal = "TERM"
    }
  }
}
