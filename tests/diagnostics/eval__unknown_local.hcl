# error[eval::unknown_local] 3:10 there is no local "a"
job "example" {
  name = local.a
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
