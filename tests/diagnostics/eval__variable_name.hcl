# error[eval::variable_name] 2:10 "a b" is no name for a variable
variable "a b" {
  default = 1
}

job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
