# Lifecycle: something before the main task, something beside it, something once it runs.
#
#     sudo jobctl run jobs/sidecar.hcl

job "sidecar" {
  type = "batch"

  group "work" {
    # Before: runs to its end first.
    task "configure" {
      driver = "exec"

      lifecycle {
        hook = "prestart"
      }

      config {
        command = "/bin/sh"
        args    = ["-c", "echo 3 > /alloc/data/steps"]
      }
    }

    # Beside: starts before the main task, runs as long as that does, and is stopped after it.
    task "shipper" {
      driver = "exec"

      lifecycle {
        hook    = "prestart"
        sidecar = true
      }

      config {
        command = "/bin/sh"
        args    = ["-c", "touch /alloc/data/log; exec tail -f /alloc/data/log"]
      }

      kill_timeout = "1s"
    }

    # Once: runs when the main task has started.
    task "announce" {
      driver = "exec"

      lifecycle {
        hook = "poststart"
      }

      config {
        command = "/bin/echo"
        args    = ["the main task runs"]
      }
    }

    task "main" {
      driver = "exec"
      # When it ends, the others are stopped.
      leader = true

      config {
        command = "/bin/sh"
        args = ["-c", <<-EOT
          steps=$(cat /alloc/data/steps)
          for step in $(seq $steps); do
            echo "step $step of $steps" >> /alloc/data/log
            sleep 1
          done
        EOT
        ]
      }
    }
  }
}
