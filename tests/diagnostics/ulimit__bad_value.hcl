# error[ulimit::bad_value] 9:20 "4096:1024" is not a limit
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
        ulimit {
          nofile = "4096:1024"
        }
      }
    }
  }
}
