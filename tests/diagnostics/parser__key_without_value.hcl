# error[parser::key_without_value] 3:18 expected `=` after the key, found `}`
job "example" {
  meta = { owner }
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
