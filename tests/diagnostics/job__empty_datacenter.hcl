# error[job::empty_datacenter] 3:25 a data center must have a name
job "example" {
  datacenters = ["dc1", ""]
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
