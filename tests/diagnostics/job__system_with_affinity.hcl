# note[job::cluster_only] 5:3 no effect on one host: `affinity`
# error[job::system_with_affinity] 5:3 a system job cannot have `affinity`
job "example" {
  type = "system"
  affinity {
    attribute = "${meta.rack}"
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
