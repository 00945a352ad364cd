# error[task::reserved_name] 4:10 a task cannot be called "alloc"
job "example" {
  group "main" {
    task "alloc" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
