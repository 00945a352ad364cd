# error[parser::open_line] 3:17 a block begun on one line goes on over the next
job "example" {
  meta { a = "1"
  }
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
