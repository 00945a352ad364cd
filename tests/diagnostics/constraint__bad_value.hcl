# error[constraint::bad_value] 7:17 "newest" is not a version constraint
# error[constraint::bad_value] 19:17 "lin(ux" is not a regular expression
job "example" {
  constraint {
    attribute = "${attr.kernel.version}"
    operator  = "version"
    value     = "newest"
  }
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
  constraint {
    attribute = "${attr.kernel.name}"
    regexp    = "lin(ux"
  }
}
