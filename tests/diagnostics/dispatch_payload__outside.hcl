# error[dispatch_payload::outside] 10:16 "../../../etc/passwd" is outside of the allocation
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      dispatch_payload {
        file = "../../../etc/passwd"
      }
    }
  }
}
