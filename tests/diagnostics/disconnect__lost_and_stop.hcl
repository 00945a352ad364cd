# note[job::cluster_only] 5:5 no effect on one host: `disconnect`
# error[disconnect::lost_and_stop] 7:30 `lost_after` and `stop_on_client_after` exclude each other
job "example" {
  group "main" {
    disconnect {
      lost_after           = "6h"
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
