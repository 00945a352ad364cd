# error[eval::unknown_attribute] 3:24 there is no attribute "b"
job "example" {
  priority = { a = 1 }.b
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
