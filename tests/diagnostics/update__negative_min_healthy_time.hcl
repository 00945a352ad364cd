# error[update::negative_min_healthy_time] 5:26 `min_healthy_time` must not be negative
job "example" {
  group "main" {
    update {
      min_healthy_time = "-1s"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
