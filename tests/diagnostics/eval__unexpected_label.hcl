# error[eval::unexpected_label] 2:8 `locals` has no label
locals "a" {
  b = 1
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
