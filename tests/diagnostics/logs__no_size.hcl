# error[logs::no_size] 10:25 `max_file_size` must be at least 1 MB, not 0
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      logs {
        max_file_size = 0
      }
    }
  }
}
