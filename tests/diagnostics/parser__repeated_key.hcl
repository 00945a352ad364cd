# warning[parser::repeated_key] 3:25 the key `owner` stands twice in an object
job "example" {
  meta = { owner = "a", owner = "b" }
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
