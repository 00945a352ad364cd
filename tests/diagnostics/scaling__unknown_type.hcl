# note[job::cluster_only] 5:5 no effect on one host: `scaling`
# error[scaling::unknown_type] 7:14 unknown type of scaling "vertical"
job "example" {
  group "main" {
    scaling {
      max  = 3
      type = "vertical"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
