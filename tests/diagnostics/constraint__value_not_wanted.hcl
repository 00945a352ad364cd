# error[constraint::value_not_wanted] 6:17 `is_set` takes no value
job "example" {
  constraint {
    attribute = "${meta.rack}"
    operator  = "is_set"
    value     = "r1"
  }
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
