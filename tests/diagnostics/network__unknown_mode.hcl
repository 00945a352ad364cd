# warning[network::unknown_mode] 5:14 unknown network mode "tunnel"
job "example" {
  group "main" {
    network {
      mode = "tunnel"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
