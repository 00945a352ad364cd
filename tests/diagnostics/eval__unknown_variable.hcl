# error[eval::unknown_variable] 3:10 there is no variable "a"
job "example" {
  name = var.a
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
