# error[volume::multi_node_host_volume] 7:21 a host volume is on one host, not "multi-node-multi-writer"
job "example" {
  group "main" {
    volume "data" {
      type        = "host"
      source      = "data"
      access_mode = "multi-node-multi-writer"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
