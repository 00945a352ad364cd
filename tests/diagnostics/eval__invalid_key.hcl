# error[eval::invalid_key] 3:12 a tuple cannot be a key
job "example" {
  meta = { (["a"]) = "b" }
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
