# error[parser::unknown_directive] 3:14 `while` is no template directive
job "example" {
  name = "%{ while true }a%{ endwhile }"
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
