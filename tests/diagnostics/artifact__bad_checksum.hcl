# error[artifact::bad_checksum] 12:22 not a checksum: sha256 has 64 digits, this has 3
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      artifact {
        source = "https://example.com/a.zip"
        options {
          checksum = "sha256:abc"
        }
      }
    }
  }
}
