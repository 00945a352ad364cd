# error[capability::unknown] 8:20 unknown capability "net_bind"
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
        cap_add = ["net_bind"]
      }
    }
  }
}
