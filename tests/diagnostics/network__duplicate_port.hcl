# error[network::duplicate_port] 8:12 port "http" stands twice
job "example" {
  group "main" {
    network {
      mode = "host"
      port "http" {
      }
      port "http" {
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
