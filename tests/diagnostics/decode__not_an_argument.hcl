# error[decode::not_an_argument] 5:5 `restart` is a block, not an argument
# error[decode::not_an_argument] 8:7 `config` is a block, not an argument
job "example" {
  group "main" {
    restart = { attempts = 3 }
    task "main" {
      driver = "exec"
      config = {
        command = "/bin/server"
      }
      env  = { PORT = 80 }
      meta = merge({ a = 1 }, { b = 2 })
    }
  }
}
