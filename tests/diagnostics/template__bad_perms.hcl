# error[template::bad_perms] 12:23 "rw-r--r--" is not a file mode
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
        perms       = "rw-r--r--"
      }
    }
  }
}
