# error[volume::duplicate] 8:12 volume "data" stands twice
job "example" {
  group "main" {
    volume "data" {
      type   = "host"
      source = "data"
    }
    volume "data" {
      type   = "host"
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
