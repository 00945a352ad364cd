# error[eval::not_iterable] 3:21 cannot go through a number
job "example" {
  meta = { for x in 1 : x => x }
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
