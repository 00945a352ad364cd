# error[parser::one_argument_a_line] 3:18 several arguments on one line
job "example" {
  meta { a = "1" b = "2" }
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
