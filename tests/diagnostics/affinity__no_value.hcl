# note[job::cluster_only] 4:3 no effect on one host: `affinity`
# error[affinity::no_value] 4:3 operator "=" needs a value
job "example" {
  affinity {
    attribute = "${meta.rack}"
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
