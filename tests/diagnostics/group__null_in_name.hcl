# error[group::null_in_name] 5:17 the group's name has a null character in it
job "example" {
  dynamic "group" {
    for_each = ["a\u0000"]
    labels   = [group.value]
    content {
      task "main" {
        driver = "exec"
        config {
          command = "/bin/server"
        }
      }
    }
  }
}
