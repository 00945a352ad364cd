# error[template::no_change_script] 12:23 change mode "script" needs a script
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
        change_mode = "script"
      }
    }
  }
}
