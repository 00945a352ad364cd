# note[job::cluster_only] 9:7 no effect on one host: `connect`
# error[connect::native_without_task] 10:18 a native service must name its task
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name = "web"
      port = "8080"
      connect {
        native = true
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
