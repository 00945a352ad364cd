# error[volume::per_alloc_with_canary] 10:19 a canary would need the volume of the allocation it replaces
job "example" {
  group "main" {
    update {
      canary = 1
    }
    volume "data" {
      type      = "host"
      source    = "data"
      per_alloc = true
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
