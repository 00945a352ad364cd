# error[parser::legacy_index] 7:22 `.0.1` reads as a number
locals {
  a = [[1, 2]]
}

job "example" {
  priority = local.a.0.1
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
