# error[job::unexpected_argument] 2:1 unexpected argument `region`
region = "global"

job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
