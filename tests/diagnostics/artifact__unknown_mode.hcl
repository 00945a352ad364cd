# error[artifact::unknown_mode] 11:18 unknown mode "zip"
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      artifact {
        source = "https://example.com/a.zip"
        mode   = "zip"
      }
    }
  }
}
