# note[job::cluster_only] 5:3 no effect on one host: `spread`
# error[job::system_with_spread] 5:3 a system job cannot have `spread`
job "example" {
  type = "system"
  spread {
    attribute = "${node.datacenter}"
    weight    = 100
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
