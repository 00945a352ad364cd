# error[task::no_driver] 4:5 task "main" has no driver
job "example" {
  group "main" {
    task "main" {
      config {
        command = "/bin/server"
      }
    }
  }
}
