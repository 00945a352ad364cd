# note[job::cluster_only] 6:5 no effect on one host: `disconnect`
# error[disconnect::stop_in_system_job] 6:5 a system job cannot have `stop_on_client_after`
job "example" {
  type = "system"
  group "main" {
    disconnect {
      stop_on_client_after = "5m"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
