# warning[decode::deprecated] 6:5 `max_client_disconnect` is deprecated
# error[group::disconnect_twice] 6:29 `max_client_disconnect` and a `disconnect` block say the same thing twice
# note[job::cluster_only] 7:5 no effect on one host: `disconnect`
job "example" {
  group "main" {
    max_client_disconnect = "1h"
    disconnect {
      lost_after = "1h"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
