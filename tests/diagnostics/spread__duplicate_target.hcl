# note[job::cluster_only] 4:3 no effect on one host: `spread`
# error[spread::duplicate_target] 9:12 target "dc1" stands twice
job "example" {
  spread {
    attribute = "${node.datacenter}"
    target "dc1" {
      percent = 10
    }
    target "dc1" {
      percent = 20
    }
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
