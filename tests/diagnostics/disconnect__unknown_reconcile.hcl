# note[job::cluster_only] 5:5 no effect on one host: `disconnect`
# error[disconnect::unknown_reconcile] 6:19 unknown way to reconcile "keep_both"
job "example" {
  group "main" {
    disconnect {
      reconcile = "keep_both"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
