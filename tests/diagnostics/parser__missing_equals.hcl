# error[parser::missing_equals] 3:3 expected `=` or `{` after `priority`
job "example" {
  priority 50
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
