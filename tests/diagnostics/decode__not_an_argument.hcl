# error[decode::not_an_argument] 4:5 `restart` is a block, not an argument
job "example" {
  group "main" {
    restart = { attempts = 3 }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
