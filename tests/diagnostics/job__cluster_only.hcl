# note[job::cluster_only] 7:3 no effect on one host: `all_at_once`, `affinity`
job "example" {
  affinity {
    attribute = "${meta.rack}"
    value     = "r1"
  }
  all_at_once = true
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
