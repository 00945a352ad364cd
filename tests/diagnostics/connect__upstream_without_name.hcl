# note[job::cluster_only] 9:7 no effect on one host: `connect`
# error[connect::upstream_without_name] 12:13 the upstream names no service
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name = "web"
      port = "8080"
      connect {
        sidecar_service {
          proxy {
            upstreams {
              local_bind_port = 5432
            }
          }
        }
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
