# note[job::cluster_only] 10:7 no effect on one host: `identity`
# error[identity::no_change_signal] 12:25 change mode "signal" needs a signal
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      identity {
        change_mode   = "signal"
        change_signal = ""
      }
    }
  }
}
