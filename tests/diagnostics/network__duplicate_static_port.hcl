# error[network::duplicate_static_port] 10:18 port number 8080 is used twice
job "example" {
  group "main" {
    network {
      mode = "host"
      port "http" {
        static = 8080
      }
      port "admin" {
        static = 8080
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
