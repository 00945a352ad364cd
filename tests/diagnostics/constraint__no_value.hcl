# error[constraint::no_value] 3:3 operator "=" needs a value
job "example" {
  constraint {
    attribute = "${attr.kernel.name}"
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
