# warning[update::mixed_auto_promote] 6:22 some groups promote their canaries themselves and some do not
job "example" {
  group "a" {
    update {
      canary       = 1
      auto_promote = true
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
  group "b" {
    update {
      canary       = 1
      auto_promote = false
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
