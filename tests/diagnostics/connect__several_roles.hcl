# note[job::cluster_only] 10:7 no effect on one host: `connect`
# error[connect::several_roles] 12:9 `native` and `sidecar_service` exclude each other
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name = "web"
      port = "8080"
      task = "main"
      connect {
        native = true
        sidecar_service {
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
