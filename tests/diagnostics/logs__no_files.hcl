# error[logs::no_files] 10:21 `max_files` must be at least 1, not 0
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      logs {
        max_files = 0
      }
    }
  }
}
