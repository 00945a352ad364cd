# error[network::ignore_collision_not_static] 7:28 `ignore_collision` is for ports with a number only
job "example" {
  group "main" {
    network {
      mode = "host"
      port "http" {
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
