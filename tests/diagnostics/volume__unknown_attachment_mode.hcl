# error[volume::unknown_attachment_mode] 8:25 unknown attachment mode "filesystem"
job "example" {
  group "main" {
    volume "data" {
      type            = "csi"
      source          = "data"
      access_mode     = "single-node-writer"
      attachment_mode = "filesystem"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
