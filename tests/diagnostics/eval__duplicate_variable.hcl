# error[eval::duplicate_variable] 6:10 the variable "a" twice
variable "a" {
  default = 1
}

variable "a" {
  default = 2
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
