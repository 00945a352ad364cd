# note[job::cluster_only] 5:3 no effect on one host: `spread`
# error[spread::bad_percent] 8:17 101 percent is more than all
# error[spread::percent_over_all] 8:17 the targets add up to 101 percent
job "example" {
  spread {
    attribute = "${node.datacenter}"
    target "dc1" {
      percent = 101
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
