# error[template::negative_splay] 12:23 `splay` must not be negative
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
        splay       = "-5s"
      }
    }
  }
}
