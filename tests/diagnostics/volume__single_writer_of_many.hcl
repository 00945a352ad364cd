# error[volume::single_writer_of_many] 8:25 2 allocations cannot share a "single-node-writer" volume
job "example" {
  group "main" {
    count = 2
    volume "data" {
      type            = "csi"
      source          = "data"
      access_mode     = "single-node-writer"
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
