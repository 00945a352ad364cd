# error[config::missing_key] 6:7 the config of driver "exec" needs `command`
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        args = ["-v"]
      }
    }
  }
}
