# Every limit there is.
#
#     sudo jobctl run jobs/limits.hcl

job "limits" {
  type = "batch"

  group "box" {
    # The whole allocation may take no longer.
    max_run_duration = "1m"

    task "show" {
      driver = "exec"

      resources {
        cpu        = 200 # MHz: its share when others want the CPU too
        memory     = 64  # MB it is expected to need
        memory_max = 128 # MB it may use: more is the OOM killer's
      }

      config {
        command = "/bin/sh"
        args    = ["-c", "echo files $(ulimit -n), core $(ulimit -c), seconds of CPU $(ulimit -t); sleep 1"]

        # So that a fork bomb stays in its box.
        pids_limit = 64

        # Soft and hard limit, or one number for both (getrlimit(2)).
        ulimit {
          nofile = "256:1024"
          core   = "0"
          cpu    = "30"
        }

        # The first to go when the host runs out of memory.
        oom_score_adj = 500
      }

      # Asked with this signal first, killed when the time is over.
      kill_signal  = "SIGTERM"
      kill_timeout = "2s"

      # stdout and stderr each: at most 2 files of 1 MB.
      logs {
        max_files     = 2
        max_file_size = 1
      }
    }
  }
}
