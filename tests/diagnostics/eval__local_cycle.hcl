# error[eval::local_cycle] 3:3 locals that need each other: a → b → a
locals {
  a = local.b
  b = local.a
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
