# error[parameterized::required_and_optional] 5:27 "b" is both required and optional
job "example" {
  type = "batch"
  parameterized {
    meta_required = ["a", "b"]
    meta_optional = ["b"]
  }
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
