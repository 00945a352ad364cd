# A job is a set of groups; the tasks of a group run together.
job "example" {
  # batch: runs to its end. service: runs until it is stopped.
  type = "batch"

  group "main" {
    count = 1

    task "hello" {
      # exec: isolated from the host. raw_exec: not isolated.
      driver = "exec"

      config {
        command = "/bin/sh"
        args    = ["-c", "echo \"hello from $NOMAD_TASK_NAME, running as $(id -un)\""]
      }

      env {
        GREETING = "hello"
      }

      resources {
        cpu    = 100 # shares, one for each MHz
        memory = 64  # MB
      }
    }
  }
}
