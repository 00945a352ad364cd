# error[resources::memory_too_small] 10:18 `memory` must be at least 10 MB, not 5
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      resources {
        memory = 5
      }
    }
  }
}
