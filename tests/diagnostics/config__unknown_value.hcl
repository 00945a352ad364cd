# error[config::unknown_value] 8:20 `ipc_mode` cannot be "none"
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command  = "/bin/server"
        ipc_mode = "none"
      }
    }
  }
}
