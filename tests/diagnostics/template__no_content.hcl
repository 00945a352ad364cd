# error[template::no_content] 9:7 the template has neither `data` nor `source`
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      template {
        destination = "local/x"
      }
    }
  }
}
