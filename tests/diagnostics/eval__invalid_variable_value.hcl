# error[eval::invalid_variable_value] 4:13 a value of the wrong type for the variable "x"
variable "x" {
  type    = number
  default = "many"
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
