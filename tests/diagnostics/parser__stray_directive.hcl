# error[parser::stray_directive] 3:12 `%{ endif }` does not belong here
job "example" {
  name = "a%{ endif }"
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
