# note[job::cluster_only] 11:9 no effect on one host: `numa`
# error[numa::unknown_affinity] 12:22 unknown affinity "always"
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      resources {
        numa {
          affinity = "always"
        }
      }
    }
  }
}
