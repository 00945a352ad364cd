# error[eval::not_constant] 3:13 a function where only a constant may stand
variable "x" {
  default = upper("a")
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
