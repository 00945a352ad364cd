# error[volume::no_attachment_mode] 5:21 CSI volume "data" has no `attachment_mode`
job "example" {
  group "main" {
    volume "data" {
      type        = "csi"
      source      = "data"
      access_mode = "single-node-writer"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
