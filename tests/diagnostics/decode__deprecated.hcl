# warning[decode::deprecated] 10:9 `enabled` is deprecated
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      logs {
        enabled = true
      }
    }
  }
}
