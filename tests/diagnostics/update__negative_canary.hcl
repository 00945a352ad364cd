# error[update::negative_canary] 5:16 `canary` must be at least 0, not -1
job "example" {
  group "main" {
    update {
      canary = -1
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
