# error[parser::unexpected] 3:14 expected a value, found `)`
job "example" {
  priority = )
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
