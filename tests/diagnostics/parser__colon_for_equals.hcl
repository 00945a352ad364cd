# error[parser::colon_for_equals] 3:11 `priority` is set with a colon
job "example" {
  priority: 50
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
