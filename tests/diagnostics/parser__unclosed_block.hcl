# error[parser::unclosed_block] 4:16 the block `group` is never closed
# error[config::missing_key] 5:5 the config of driver "exec" needs `command`
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
    }

