# error[eval::unknown_function] 3:10 there is no function `uper`
job "example" {
  name = uper("a")
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
