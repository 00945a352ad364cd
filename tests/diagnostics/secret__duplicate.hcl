# note[job::cluster_only] 10:7 no effect on one host: `secret`
# error[secret::duplicate] 14:14 secret "a" stands twice
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      secret "a" {
        provider = "nomad"
        path     = "x"
      }
      secret "a" {
        provider = "nomad"
        path     = "y"
      }
    }
  }
}
