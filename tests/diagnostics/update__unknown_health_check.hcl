# error[update::unknown_health_check] 5:22 unknown health check "check"
job "example" {
  group "main" {
    update {
      health_check = "check"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
