# error[parser::no_alternative] 3:23 a conditional without `:`
job "example" {
  priority = true ? 50
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
