# error[eval::unset_variable] 2:10 the variable "x" has no value
variable "x" {
}

job "example" {
  name = var.x
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
