# note[job::cluster_only] 11:9 no effect on one host: `device`
# warning[device::duplicate] 13:16 device "nvidia/gpu" is asked for twice
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      resources {
        device "nvidia/gpu" {
        }
        device "nvidia/gpu" {
        }
      }
    }
  }
}
