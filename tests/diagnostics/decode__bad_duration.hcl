# error[decode::bad_duration] 9:22 unknown unit " minutes" in duration "5 minutes"
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      kill_timeout = "5 minutes"
    }
  }
}
