# error[update::stagger_not_positive] 5:17 `stagger` must be more than nothing
job "example" {
  group "main" {
    update {
      stagger = "0s"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
