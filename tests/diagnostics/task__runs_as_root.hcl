# warning[task::runs_as_root] 9:14 root in the task is root of the host
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      user = "root"
    }
  }
}
