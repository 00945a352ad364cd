# error[eval::validation_failed] 3:13 invalid value for the variable "x"
variable "x" {
  default = 0
  validation {
    condition     = var.x > 0
    error_message = "The number must be positive."
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
