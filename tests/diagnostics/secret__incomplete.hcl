# note[job::cluster_only] 10:7 no effect on one host: `secret`
# error[secret::incomplete] 10:7 secret "a" has no `path`
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      secret "a" {
        provider = "nomad"
      }
    }
  }
}
