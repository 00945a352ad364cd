# error[eval::missing_argument] 3:10 `replace` lacks an argument
job "example" {
  name = replace("a", "b")
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
