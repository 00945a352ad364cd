# error[action::duplicate] 12:14 action "a" stands twice
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      action "a" {
        command = "/bin/a"
      }
      action "a" {
        command = "/bin/b"
      }
    }
  }
}
