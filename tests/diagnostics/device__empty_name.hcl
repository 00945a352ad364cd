# note[job::cluster_only] 11:9 no effect on one host: `device`
# error[device::empty_name] 11:16 a device must be named
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      resources {
        device "" {
        }
      }
    }
  }
}
