# error[resources::negative_cores] 10:17 `cores` must be at least 0, not -1
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      resources {
        cores = -1
      }
    }
  }
}
