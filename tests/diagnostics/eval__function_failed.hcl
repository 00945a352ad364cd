# error[eval::function_failed] 3:10 `zipmap` has no result
job "example" {
  meta = zipmap(["a"], ["b", "c"])
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
