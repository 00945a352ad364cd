# error[parser::stray_brace] 12:1 a `}` that closes nothing
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
}
