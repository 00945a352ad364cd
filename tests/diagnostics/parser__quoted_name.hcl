# error[parser::quoted_name] 4:5 argument names are not quoted
job "example" {
  meta {
    "owner" = "ops"
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
