# error[parser::in_sequence] 3:15 expected `}` after the expression, found `2`
job "example" {
  name = "${1 2}"
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
