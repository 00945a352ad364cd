# note[job::cluster_only] 4:3 no effect on one host: `affinity`
# error[affinity::literal_attribute] 5:17 "rack" is a plain text, not an attribute of a host
job "example" {
  affinity {
    attribute = "rack"
    value     = "r1"
  }
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
