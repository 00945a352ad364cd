# note[job::cluster_only] 9:7 no effect on one host: `connect`
# error[connect::no_role] 9:7 `connect` does not say how
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name = "web"
      port = "8080"
      connect {
      }
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
