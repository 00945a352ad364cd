# error[update::healthy_deadline_not_positive] 5:26 `healthy_deadline` must be more than nothing
job "example" {
  group "main" {
    update {
      healthy_deadline = "0s"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
