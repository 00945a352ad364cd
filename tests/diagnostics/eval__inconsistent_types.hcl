# error[eval::inconsistent_types] 3:21 the two results of a condition do not go together
job "example" {
  priority = true ? 50 : ["a"]
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
