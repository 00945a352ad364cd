# error[template::outside] 11:23 "../../etc/x" is outside of the allocation
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      template {
        data        = "x"
        destination = "../../etc/x"
      }
    }
  }
}
