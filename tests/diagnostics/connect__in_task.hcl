# note[job::cluster_only] 14:9 no effect on one host: `connect`
# error[connect::in_task] 14:9 `connect` is for services of a group
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      shutdown_delay = "5s"
      service {
        name = "web"
        port = "8080"
        connect {
          sidecar_service {
          }
        }
      }
    }
  }
}
