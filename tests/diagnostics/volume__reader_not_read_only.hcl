# error[volume::reader_not_read_only] 7:21 a "single-node-reader-only" volume must be read-only
job "example" {
  group "main" {
    volume "data" {
      type        = "host"
      source      = "data"
      access_mode = "single-node-reader-only"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
