# error[config::unknown_key] 8:9 unknown key `argv` in the config of driver "exec"
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
        argv    = ["-v"]
      }
    }
  }
}
