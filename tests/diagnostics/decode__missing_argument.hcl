# error[decode::missing_argument] 9:7 missing `command` in `action`
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      action "backup" {
        args = ["--all"]
      }
    }
  }
}
