# error[parameterized::unknown_payload] 5:15 unknown payload "maybe"
job "example" {
  type = "batch"
  parameterized {
    payload = "maybe"
  }
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
