# error[network::ignore_collision_not_host] 8:28 `ignore_collision` is for host networks only
job "example" {
  group "main" {
    network {
      mode = "bridge"
      port "http" {
        static           = 8080
        ignore_collision = true
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
