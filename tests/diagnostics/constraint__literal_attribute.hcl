# error[constraint::literal_attribute] 4:17 "kernel.name" is a plain text, not an attribute of a host
job "example" {
  constraint {
    attribute = "kernel.name"
    value     = "linux"
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
