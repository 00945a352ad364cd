# error[eval::unset_variable] 3:10 the variable "x" has no value
# error[eval::unknown_argument] 4:3 a variable has no `defalt`
variable "x" {
  defalt = 1
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
