# error[periodic::no_cron] 4:3 `periodic` does not say when
job "example" {
  type = "batch"
  periodic {
    prohibit_overlap = true
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
