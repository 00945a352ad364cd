# error[update::negative_progress_deadline] 5:27 `progress_deadline` must not be negative
job "example" {
  group "main" {
    update {
      progress_deadline = "-1s"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
