# error[config::wrong_type] 8:19 `args` must be a list, not a string
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
        args    = "-v"
      }
    }
  }
}
