# note[job::cluster_only] 4:3 no effect on one host: `affinity`
# error[affinity::unknown_operator] 6:17 an affinity cannot have the operator "is_set"
job "example" {
  affinity {
    attribute = "${meta.rack}"
    operator  = "is_set"
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
