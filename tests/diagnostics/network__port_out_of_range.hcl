# error[network::port_out_of_range] 7:18 port number 80800 does not exist
job "example" {
  group "main" {
    network {
      mode = "host"
      port "http" {
        static = 80800
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
