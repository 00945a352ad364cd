# error[restart::unknown_mode] 5:14 unknown restart mode "always"
job "example" {
  group "main" {
    restart {
      mode = "always"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
