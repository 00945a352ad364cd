# error[volume::no_access_mode] 5:25 CSI volume "data" has no `access_mode`
job "example" {
  group "main" {
    volume "data" {
      type            = "csi"
      source          = "data"
      attachment_mode = "file-system"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
