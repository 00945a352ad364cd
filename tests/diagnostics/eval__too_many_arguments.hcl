# error[eval::too_many_arguments] 3:21 `upper` has too many arguments
job "example" {
  name = upper("a", "b")
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
