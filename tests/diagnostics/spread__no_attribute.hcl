# note[job::cluster_only] 4:3 no effect on one host: `spread`
# error[spread::no_attribute] 4:3 `spread` has no attribute
job "example" {
  spread {
    weight = 100
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
