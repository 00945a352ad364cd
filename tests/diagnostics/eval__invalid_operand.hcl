# error[eval::invalid_operand] 3:14 `+` does not work on a string
job "example" {
  priority = "a" + 1
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
