# warning[update::max_parallel_over_count] 6:22 `max_parallel` is 3, but group "main" has 2 only
job "example" {
  group "main" {
    count = 2
    update {
      max_parallel = 3
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
