# error[parser::unterminated_comment] 12:1 a comment that is never closed
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
/* the end
