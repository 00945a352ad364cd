# error[ephemeral_disk::too_small] 5:14 `size` must be at least 10 MB, not 5
job "example" {
  group "main" {
    ephemeral_disk {
      size = 5
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      logs {
        max_files     = 1
        max_file_size = 1
      }
    }
  }
}
