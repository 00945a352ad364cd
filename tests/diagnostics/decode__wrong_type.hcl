# error[decode::wrong_type] 4:17 `datacenters` must be a list of strings, not a string
# error[decode::wrong_type] 5:17 `priority` must be a whole number, not a string
job "example" {
  datacenters = "dc1"
  priority    = "high"
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
