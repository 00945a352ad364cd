# error[artifact::outside] 11:23 "../../../" is outside of the allocation
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      artifact {
        source      = "https://example.com/a.zip"
        destination = "../../../"
      }
    }
  }
}
