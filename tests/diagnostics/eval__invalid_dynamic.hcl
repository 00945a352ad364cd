# error[eval::invalid_dynamic] 9:7 an incomplete dynamic block
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      dynamic "artifact" {
        content {
          source = "https://example.com/"
        }
      }
    }
  }
}
