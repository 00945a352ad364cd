# note[job::cluster_only] 9:7 no effect on one host: `connect`
# error[connect::upstream_port_twice] 18:34 two upstreams listen on port 5432
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
              destination_name = "a"
              local_bind_port  = 5432
            }
            upstreams {
              destination_name = "b"
              local_bind_port  = 5432
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
