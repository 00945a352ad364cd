# error[parser::comma_after_argument] 3:16 a comma after an argument
job "example" {
  priority = 50,
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
