# error[resources::memory_max_negative] 10:22 `memory_max` must be at least -1 MB, not -2
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      resources {
        memory_max = -2
      }
    }
  }
}
