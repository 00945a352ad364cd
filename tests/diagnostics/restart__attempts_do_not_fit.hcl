# error[restart::attempts_do_not_fit] 6:18 10 restarts 15s apart do not fit into 1m0s
job "example" {
  group "main" {
    restart {
      attempts = 10
      interval = "1m"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
