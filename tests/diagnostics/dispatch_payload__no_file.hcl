# error[dispatch_payload::no_file] 9:7 the payload has no file to go to
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      dispatch_payload {
      }
    }
  }
}
