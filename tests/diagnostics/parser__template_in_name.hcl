# error[parser::template_in_name] 3:9 a label or name with a template sequence
job "example" {
  group "a${1}" {
  }
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
