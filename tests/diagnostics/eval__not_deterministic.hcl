# warning[eval::not_deterministic] 3:10 `uuidv4` gives another result each time
job "example" {
  name = uuidv4()
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
