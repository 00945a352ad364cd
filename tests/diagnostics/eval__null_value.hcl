# error[eval::null_value] 3:16 `upper` does not take null
job "example" {
  name = upper(null)
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
