# error[artifact::no_source] 9:7 the artifact has no source
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      artifact {
        destination = "local/"
      }
    }
  }
}
