# error[parser::ambiguous_key] 3:12 a key that may be a reference or a name with dots
job "example" {
  meta = { a.b = "x" }
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
