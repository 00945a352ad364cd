# error[group::negative_count] 4:13 `count` must be at least 0, not -1
job "example" {
  group "main" {
    count = -1
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
