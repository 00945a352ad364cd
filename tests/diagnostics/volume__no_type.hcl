# error[volume::no_type] 4:5 volume "data" has no type
job "example" {
  group "main" {
    volume "data" {
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
