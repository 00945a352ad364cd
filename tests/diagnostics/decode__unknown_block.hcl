# error[decode::unknown_block] 4:5 unknown block `restrt` in `group`
job "example" {
  group "main" {
    restrt {
      attempts = 3
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
