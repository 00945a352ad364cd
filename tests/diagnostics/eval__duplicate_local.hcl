# error[eval::duplicate_local] 7:3 the local "a" twice
locals {
  a = 1
}

locals {
  a = 2
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
