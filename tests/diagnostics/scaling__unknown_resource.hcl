# note[job::cluster_only] 10:7 no effect on one host: `scaling`
# error[scaling::unknown_resource] 10:15 "disk" of a task cannot be scaled
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      scaling "disk" {
        max = 3
      }
    }
  }
}
