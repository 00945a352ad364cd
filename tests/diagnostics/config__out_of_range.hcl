# error[config::out_of_range] 8:25 `oom_score_adj` must be a whole number from -1000 to 1000
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command       = "/bin/server"
        oom_score_adj = 2000
      }
    }
  }
}
