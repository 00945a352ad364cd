# Ports: one with a number of its own, one that is found free and kept.
#
#     jobctl run --detach jobs/ports.hcl
#     jobctl status ports            # says which port is free, and stays the same
#
# jobctl does not bind them: it sees to it that no other job and nothing on the host has them, and tells the tasks.

job "ports" {
  group "web" {
    network {
      port "http" {}

      port "metrics" {
        static = 9102
      }
    }

    task "server" {
      driver = "exec"

      config {
        command = "/bin/sh"
        args = ["-c", <<-EOT
          echo "serve on $LISTEN, metrics on port $NOMAD_PORT_metrics"
          trap 'exit 0' INT TERM
          while :; do sleep 1; done
        EOT
        ]
      }

      # Known when the task starts, also here.
      env {
        LISTEN = "${NOMAD_ADDR_http}"
      }
    }
  }
}
