# note[job::cluster_only] 10:7 no effect on one host: `identity`
# warning[identity::no_audience] 10:7 an identity without an audience is good for anybody
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      identity {
        name = "a"
        ttl  = "1h"
      }
    }
  }
}
