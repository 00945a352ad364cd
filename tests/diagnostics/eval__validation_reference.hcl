# error[eval::validation_reference] 6:21 a validation that refers to something else
# error[eval::validation_reference] 6:21 a validation that does not look at its variable
variable "x" {
  default = 0
  validation {
    condition     = local.a > 0
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
