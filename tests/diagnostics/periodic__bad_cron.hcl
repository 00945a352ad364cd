# error[periodic::bad_cron] 6:14 not a cron expression: "25" is not good for the hour
# error[periodic::bad_cron] 6:28 not a cron expression: 3 fields, where 5 to 7 belong
job "example" {
  type = "batch"
  periodic {
    crons = ["0 25 * * *", "* * *"]
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
