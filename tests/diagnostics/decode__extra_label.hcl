# error[decode::extra_label] 4:13 `restart` has no label
job "example" {
  group "main" {
    restart "often" {
      attempts = 3
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
