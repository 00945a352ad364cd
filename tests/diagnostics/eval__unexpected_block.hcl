# error[eval::unexpected_block] 3:3 a block in `locals`
locals {
  a {
  }
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
