# error[eval::incomplete_validation] 4:3 a validation without `error_message`
variable "x" {
  default = 1
  validation {
    condition = var.x > 0
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
