# error[resources::negative_secrets] 10:19 `secrets` must be at least 0 MB, not -1
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      resources {
        secrets = -1
      }
    }
  }
}
