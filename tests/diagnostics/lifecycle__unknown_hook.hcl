# error[lifecycle::unknown_hook] 16:16 unknown hook "before"
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
    task "prepare" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      lifecycle {
        hook = "before"
      }
    }
  }
}
