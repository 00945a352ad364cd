# error[parser::after_argument] 3:17 the value of `priority` is followed by a string
job "example" {
  priority = 50 "high"
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
