# error[parser::duplicate_argument] 4:3 `priority` is set twice
job "example" {
  priority = 50
  priority = 60
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
