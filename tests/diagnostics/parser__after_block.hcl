# error[parser::after_block] 12:3 text after the closing brace of `job`
# error[parser::missing_equals] 12:3 expected `=` or `{` after `type`
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
} type
