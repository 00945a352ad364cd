# note[job::cluster_only] 10:7 no effect on one host: `csi_plugin`
# error[csi_plugin::unknown_type] 12:16 unknown type of plugin "nodes"
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      csi_plugin {
        id   = "nfs"
        type = "nodes"
      }
    }
  }
}
