# error[parser::nested_splat] 3:29 `.*` inside `.*`
job "example" {
  datacenters = local.a.*.b.*.c
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
