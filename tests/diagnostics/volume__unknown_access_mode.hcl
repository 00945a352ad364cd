# error[volume::unknown_access_mode] 7:21 unknown access mode "single-writer"
job "example" {
  group "main" {
    volume "data" {
      type        = "host"
      source      = "data"
      access_mode = "single-writer"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
