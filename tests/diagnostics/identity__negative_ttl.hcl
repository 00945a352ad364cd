# note[job::cluster_only] 10:7 no effect on one host: `identity`
# error[identity::negative_ttl] 11:15 `ttl` must not be negative
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      identity {
        ttl = "-1h"
      }
    }
  }
}
