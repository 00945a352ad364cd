# note[job::cluster_only] 10:7 no effect on one host: `identity`
# error[identity::outside] 12:20 "../../x" is outside of the allocation
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      identity {
        file     = true
        filepath = "../../x"
      }
    }
  }
}
