# error[parser::attribute_name] 3:20 expected a name after `.`, found `[`
job "example" {
  priority = local.[0]
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
