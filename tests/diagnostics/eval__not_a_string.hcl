# error[eval::not_a_string] 3:14 a tuple cannot stand in a string
job "example" {
  name = "a${["b"]}"
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
