# error[template::duplicate_destination] 15:23 two templates are written to "local/x"
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      template {
        data        = "x"
        destination = "local/x"
      }
      template {
        data        = "y"
        destination = "local/x"
      }
    }
  }
}
