# error[update::negative_max_parallel] 5:22 `max_parallel` must be at least 0, not -1
job "example" {
  group "main" {
    update {
      max_parallel = -1
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
