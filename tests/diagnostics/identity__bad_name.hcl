# note[job::cluster_only] 10:7 no effect on one host: `identity`
# error[identity::bad_name] 11:16 "a b" is not a name for an identity
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      identity {
        name = "a b"
        aud  = ["x"]
        ttl  = "1h"
      }
    }
  }
}
