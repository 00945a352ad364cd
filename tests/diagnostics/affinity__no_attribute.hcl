# note[job::cluster_only] 4:3 no effect on one host: `affinity`
# error[affinity::no_attribute] 4:3 operator "=" needs an attribute
job "example" {
  affinity {
    value = "r1"
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
