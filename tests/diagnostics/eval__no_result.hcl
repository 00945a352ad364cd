# error[eval::no_result] 3:14 `/` has no result here
job "example" {
  priority = 0 / 0
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
