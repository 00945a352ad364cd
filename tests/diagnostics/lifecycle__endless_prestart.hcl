# warning[lifecycle::endless_prestart] 13:19 the main tasks wait for a task that never ends
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
    task "tail" {
      driver = "exec"
      config {
        command = "/usr/bin/tail"
        args    = ["-F", "/alloc/logs/main.stdout.0"]
      }
      lifecycle {
        hook = "prestart"
      }
    }
  }
}
