# note[job::cluster_only] 10:7 no effect on one host: `csi_plugin`
# error[csi_plugin::no_id] 10:7 a storage plugin needs an id
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      csi_plugin {
        type = "node"
      }
    }
  }
}
