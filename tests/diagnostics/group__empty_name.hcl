# error[group::empty_name] 3:9 the group has no name
job "example" {
  group "" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
