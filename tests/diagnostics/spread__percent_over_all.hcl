# note[job::cluster_only] 4:3 no effect on one host: `spread`
# error[spread::percent_over_all] 7:17 the targets add up to 110 percent
job "example" {
  spread {
    attribute = "${node.datacenter}"
    target "dc1" {
      percent = 70
    }
    target "dc2" {
      percent = 40
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
