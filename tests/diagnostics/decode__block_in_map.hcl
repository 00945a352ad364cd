# error[decode::block_in_map] 10:9 unexpected block `A` in `env`
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      env {
        A {
        }
      }
    }
  }
}
