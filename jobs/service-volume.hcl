# A service with a volume: it is kept running, and what it writes outlives it.
#
#     sudo jobctl run --host jobs/host.hcl jobs/service-volume.hcl        Ctrl-C stops it
#     sudo jobctl run --detach --host jobs/host.hcl jobs/service-volume.hcl
#     tail -f /var/tmp/heartbeat.65534        nobody's: each user has a file of its own

job "heartbeat" {
  type = "service"

  group "beat" {
    # Asks for a volume of the host's configuration by its name there.
    volume "scratch" {
      type   = "host"
      source = "scratch"
    }

    # How often a task may fail before its allocation has failed.
    restart {
      attempts = 3
      interval = "10m"
      delay    = "5s"
      mode     = "fail"
    }

    task "beat" {
      driver = "exec"

      config {
        command = "/bin/sh"
        args = ["-c", <<-EOT
          trap 'echo stopping; exit 0' INT TERM
          while :; do
            date "+%T still alive" | tee -a "/data/heartbeat.$(id -u)"
            sleep "$INTERVAL" & wait $!
          done
        EOT
        ]
      }

      env {
        INTERVAL = "2"
      }

      # Where the volume stands in the task.
      volume_mount {
        volume      = "scratch"
        destination = "/data"
      }

      logs {
        max_files     = 3
        max_file_size = 1 # MB
      }

      kill_signal  = "SIGTERM"
      kill_timeout = "3s"
    }
  }
}
