# error[eval::invalid_error_message] 6:21 an error message that is no sentence
variable "x" {
  default = 1
  validation {
    condition     = var.x > 0
    error_message = "no"
  }
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
