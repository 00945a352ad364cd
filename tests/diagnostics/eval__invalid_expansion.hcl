# error[eval::invalid_expansion] 3:18 `...` after a number
job "example" {
  priority = min(1...)
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
