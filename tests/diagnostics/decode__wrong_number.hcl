# error[decode::wrong_number] 4:13 `count` must be a whole number, not 1.5
job "example" {
  group "main" {
    count = 1.5
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
