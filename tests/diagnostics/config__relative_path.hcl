# error[config::relative_path] 8:20 `work_dir` must be an absolute path, not "local"
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command  = "/bin/server"
        work_dir = "local"
      }
    }
  }
}
