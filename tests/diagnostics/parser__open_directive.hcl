# error[parser::open_directive] 3:11 `%{ if }` without `%{ endif }`
job "example" {
  name = "%{ if true }a"
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
