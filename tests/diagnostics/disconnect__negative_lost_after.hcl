# note[job::cluster_only] 5:5 no effect on one host: `disconnect`
# error[disconnect::negative_lost_after] 6:20 `lost_after` must not be negative
job "example" {
  group "main" {
    disconnect {
      lost_after = "-1h"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
