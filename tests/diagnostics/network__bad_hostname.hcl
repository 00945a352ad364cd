# error[network::bad_hostname] 6:18 "web..example" is not a host name
job "example" {
  group "main" {
    network {
      mode = "bridge"
      hostname = "web..example"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
