# warning[job::priority_out_of_range] 3:14 priority 101 is out of range
job "example" {
  priority = 101
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
