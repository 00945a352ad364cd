# warning[decode::deprecated] 6:5 `cron` is deprecated
# error[periodic::cron_and_crons] 6:13 `cron` and `crons` exclude each other
job "example" {
  type = "batch"
  periodic {
    cron  = "@daily"
    crons = ["@hourly"]
  }
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
