# error[eval::number_out_of_range] 3:14 a number out of range
job "example" {
  priority = 1e999999999
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
