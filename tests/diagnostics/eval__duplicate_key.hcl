# error[eval::duplicate_key] 3:34 two elements make the key "a"
job "example" {
  meta = { for x in ["a", "a"] : x => x }
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
