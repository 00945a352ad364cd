# error[constraint::no_attribute] 3:3 operator "=" needs an attribute
job "example" {
  constraint {
    value = "linux"
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
