# error[eval::invalid_argument] 3:16 `upper` does not take this
job "example" {
  name = upper(["a"])
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
