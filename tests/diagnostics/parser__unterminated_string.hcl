# error[parser::unterminated_string] 3:10 a string that is never closed
job "example" {
  name = "web
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
