# error[network::negative_to] 7:14 port "http" cannot be mapped to -2
job "example" {
  group "main" {
    network {
      mode = "host"
      port "http" {
        to = -2
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
