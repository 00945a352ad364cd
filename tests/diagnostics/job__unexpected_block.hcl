# error[job::unexpected_block] 2:1 unexpected block `jobs`
jobs "x" {
}

job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
