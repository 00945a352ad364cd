# note[job::cluster_only] 10:7 no effect on one host: `identity`
# error[identity::unknown_change_mode] 11:23 unknown change mode "reload"
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      identity {
        change_mode = "reload"
      }
    }
  }
}
