# error[ui::description_too_long] 4:19 the description has 1001 characters, 1000 are allowed
job "example" {
  ui {
    description = format("%01001d", 7)
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
