# warning[network::unusual_hostname] 6:18 "web server" is an unusual host name
job "example" {
  group "main" {
    network {
      mode = "bridge"
      hostname = "web server"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
