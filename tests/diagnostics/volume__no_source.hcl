# error[volume::no_source] 4:5 volume "data" has no source
job "example" {
  group "main" {
    volume "data" {
      type = "host"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
