# error[template::no_destination] 9:7 the template has no destination
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      template {
        data = "x"
      }
    }
  }
}
