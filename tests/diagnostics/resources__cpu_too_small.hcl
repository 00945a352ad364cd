# error[resources::cpu_too_small] 10:15 `cpu` must be at least 1 MHz, not 0
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      resources {
        cpu = 0
      }
    }
  }
}
