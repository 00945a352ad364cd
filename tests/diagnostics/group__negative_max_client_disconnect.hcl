# warning[decode::deprecated] 5:5 `max_client_disconnect` is deprecated
# error[group::negative_max_client_disconnect] 5:29 `max_client_disconnect` must not be negative
job "example" {
  group "main" {
    max_client_disconnect = "-1h"
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
