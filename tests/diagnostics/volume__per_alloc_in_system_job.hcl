# error[volume::per_alloc_in_system_job] 8:19 allocations of a system job have no index
job "example" {
  type = "system"
  group "main" {
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
