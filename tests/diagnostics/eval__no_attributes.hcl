# error[eval::no_attributes] 7:18 a string has no attributes
locals {
  a = "text"
}

job "example" {
  name = local.a.length
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
