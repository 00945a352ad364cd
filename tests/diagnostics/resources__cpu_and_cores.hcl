# error[resources::cpu_and_cores] 10:17 `cpu` and `cores` exclude each other
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      resources {
        cpu   = 100
        cores = 2
      }
    }
  }
}
