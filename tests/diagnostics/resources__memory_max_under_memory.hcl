# error[resources::memory_max_under_memory] 11:22 `memory_max` (128 MB) is less than `memory` (256 MB)
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      resources {
        memory     = 256
        memory_max = 128
      }
    }
  }
}
