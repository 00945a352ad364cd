# error[action::no_command] 10:19 action "backup" has an empty command
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      action "backup" {
        command = ""
      }
    }
  }
}
