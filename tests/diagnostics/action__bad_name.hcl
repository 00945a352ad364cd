# error[action::bad_name] 9:14 "back up" is not a name for an action
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      action "back up" {
        command = "/bin/a"
      }
    }
  }
}
