# note[job::cluster_only] 10:7 no effect on one host: `identity`
# warning[identity::no_ttl] 10:7 an identity without an end is good for ever
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
      }
    }
  }
}
