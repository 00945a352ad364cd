# error[group::count_in_system_job] 5:13 a system job runs once a host: its count cannot be 2
job "example" {
  type = "system"
  group "main" {
    count = 2
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
