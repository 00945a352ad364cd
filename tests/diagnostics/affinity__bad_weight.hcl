# note[job::cluster_only] 4:3 no effect on one host: `affinity`
# error[affinity::bad_weight] 7:17 an affinity's weight cannot be 0
job "example" {
  affinity {
    attribute = "${meta.rack}"
    value     = "r1"
    weight    = 0
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
