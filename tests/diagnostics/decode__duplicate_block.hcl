# error[decode::duplicate_block] 12:7 `env` stands twice
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      env {
        A = "1"
      }
      env {
        B = "2"
      }
    }
  }
}
