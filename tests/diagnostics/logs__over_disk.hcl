# error[logs::over_disk] 9:7 400 MB of logs do not fit on an ephemeral disk of 300 MB
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      logs {
        max_files     = 40
        max_file_size = 10
      }
    }
  }
}
