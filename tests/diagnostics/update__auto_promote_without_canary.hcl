# error[update::auto_promote_without_canary] 5:22 `auto_promote` needs a canary to promote
job "example" {
  group "main" {
    update {
      auto_promote = true
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
