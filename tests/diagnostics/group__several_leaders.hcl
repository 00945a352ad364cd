# error[group::several_leaders] 16:16 group "main" has more than one leader
job "example" {
  group "main" {
    task "a" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      leader = true
    }
    task "b" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      leader = true
    }
  }
}
