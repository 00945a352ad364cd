# error[eval::invalid_index] 3:20 an index that is not there
job "example" {
  priority = [1, 2][2]
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
