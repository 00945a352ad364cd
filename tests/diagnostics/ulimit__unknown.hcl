# error[ulimit::unknown] 9:11 unknown limit `nofiles`
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
        ulimit {
          nofiles = "1024"
        }
      }
    }
  }
}
