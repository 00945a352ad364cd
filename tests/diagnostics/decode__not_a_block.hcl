# error[decode::not_a_block] 4:5 `count` is an argument, not a block
job "example" {
  group "main" {
    count {
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
