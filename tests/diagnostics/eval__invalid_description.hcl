# error[eval::invalid_description] 4:17 a description that is no text
variable "x" {
  default     = 1
  description = ["x"]
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
