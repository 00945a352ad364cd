# warning[network::dns_server_not_an_address] 7:20 "ns1.example" is not an IP address
job "example" {
  group "main" {
    network {
      mode = "bridge"
      dns {
        servers = ["ns1.example"]
      }
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
