# error[volume::unknown_type] 5:16 unknown volume type "nfs"
job "example" {
  group "main" {
    volume "data" {
      type   = "nfs"
      source = "data"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
