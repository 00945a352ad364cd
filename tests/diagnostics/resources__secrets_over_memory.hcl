# error[resources::secrets_over_memory] 11:19 the secrets directory (100 MB) is a part of the memory (64 MB)
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      resources {
        memory  = 64
        secrets = 100
      }
    }
  }
}
