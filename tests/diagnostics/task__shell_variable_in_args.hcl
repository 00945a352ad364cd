# warning[task::shell_variable_in_args] 8:26 `${HOME}` is read by the job language, not by the shell
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/sh"
        args    = ["-c", "echo ${HOME} $${PATH}"]
      }
    }
  }
}
