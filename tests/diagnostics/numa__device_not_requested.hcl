# note[job::cluster_only] 11:9 no effect on one host: `numa`
# error[numa::device_not_requested] 13:23 device "nvidia/gpu" is not requested
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      resources {
        numa {
          affinity = "prefer"
          devices  = ["nvidia/gpu"]
        }
      }
    }
  }
}
