# error[parser::number] 3:14 `1.2.3` is not a number
job "example" {
  priority = 1.2.3
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
