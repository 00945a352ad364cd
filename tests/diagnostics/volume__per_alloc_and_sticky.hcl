# error[volume::per_alloc_and_sticky] 8:19 `per_alloc` and `sticky` exclude each other
job "example" {
  group "main" {
    volume "data" {
      type      = "host"
      source    = "data"
      per_alloc = true
      sticky    = true
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
