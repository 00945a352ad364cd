# error[eval::invalid_type] 3:13 a type that is none
variable "x" {
  type    = strng
  default = "a"
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
