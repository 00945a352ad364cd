# error[parser::escape] 3:12 `\q` is no escape
job "example" {
  name = "a\qb"
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
