# note[job::cluster_only] 10:7 no effect on one host: `identity`
# error[identity::duplicate] 16:16 identity "a" stands twice
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      identity {
        name = "a"
        aud  = ["x"]
        ttl  = "1h"
      }
      identity {
        name = "a"
        aud  = ["y"]
        ttl  = "1h"
      }
    }
  }
}
