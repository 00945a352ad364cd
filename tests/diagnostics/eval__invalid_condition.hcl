# error[eval::invalid_condition] 3:14 a condition that is neither true nor false
job "example" {
  priority = "maybe" ? 50 : 40
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
