# note[job::cluster_only] 4:3 no effect on one host: `spread`
# error[spread::bad_weight] 6:17 a spread's weight cannot be 101
job "example" {
  spread {
    attribute = "${node.datacenter}"
    weight    = 101
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
