# note[job::cluster_only] 5:5 no effect on one host: `migrate`
# error[migrate::unknown_health_check] 6:22 unknown health check "manual"
job "example" {
  group "main" {
    migrate {
      health_check = "manual"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
