# error[capability::not_allowed] 8:20 capability "net_admin" is not allowed by default
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
        cap_add = ["net_admin"]
      }
    }
  }
}
