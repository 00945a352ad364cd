# error[constraint::distinct_in_task] 10:26 `distinct_hosts` is about whole allocations, not one task
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      constraint {
        distinct_hosts = true
      }
    }
  }
}
