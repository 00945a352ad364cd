# error[template::unknown_change_mode] 12:23 unknown change mode "reload"
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      template {
        data        = "x"
        destination = "local/x"
        change_mode = "reload"
      }
    }
  }
}
