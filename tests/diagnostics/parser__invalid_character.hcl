# error[parser::invalid_character] 3:10 typographic quote `“`
job "example" {
  name = “web”
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
