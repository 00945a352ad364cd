# error[job::unknown_type] 3:10 unknown job type "servce"
job "example" {
  type = "servce"
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
