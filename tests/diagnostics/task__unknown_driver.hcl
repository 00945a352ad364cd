# warning[task::unknown_driver] 5:16 unknown driver "dockr"
job "example" {
  group "main" {
    task "main" {
      driver = "dockr"
      config {
        command = "/bin/server"
      }
    }
  }
}
