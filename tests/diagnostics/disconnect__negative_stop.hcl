# note[job::cluster_only] 5:5 no effect on one host: `disconnect`
# error[disconnect::negative_stop] 6:30 `stop_on_client_after` must not be negative
job "example" {
  group "main" {
    disconnect {
      stop_on_client_after = "-1h"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
