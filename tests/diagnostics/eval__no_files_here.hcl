# error[eval::no_files_here] 5:21 `fileexists` cannot be used in a validation
variable "x" {
  default = "a"
  validation {
    condition     = fileexists(var.x)
    error_message = "The file must exist."
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
