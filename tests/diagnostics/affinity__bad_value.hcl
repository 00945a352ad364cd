# note[job::cluster_only] 4:3 no effect on one host: `affinity`
# error[affinity::bad_value] 6:17 "[" is not a regular expression
job "example" {
  affinity {
    attribute = "${meta.rack}"
    regexp    = "["
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
