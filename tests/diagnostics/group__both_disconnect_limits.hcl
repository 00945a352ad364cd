# warning[decode::deprecated] 6:5 `max_client_disconnect` is deprecated
# warning[decode::deprecated] 7:5 `stop_after_client_disconnect` is deprecated
# error[group::both_disconnect_limits] 7:36 `max_client_disconnect` and `stop_after_client_disconnect` exclude each other
job "example" {
  group "main" {
    max_client_disconnect        = "1h"
    stop_after_client_disconnect = "5m"
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
