# A first job: one isolated task that looks around and says what it sees.
#
#     sudo jobctl run jobs/hello.hcl

job "hello" {
  # A batch job ends; a service is kept running.
  type = "batch"

  group "greeting" {
    task "hello" {
      # `exec` isolates: its own root, processes, host name, /tmp, and no privileges. `raw_exec` does not.
      driver = "exec"

      config {
        command = "/bin/sh"
        # `$name` is the shell's; a brace after the dollar would be jobctl's.
        args = ["-c", <<-EOT
          echo "Hello! I am task $NOMAD_TASK_NAME of job $NOMAD_JOB_NAME."
          echo
          echo "  user        $(id -un) (uid $(id -u)), may gain nothing: no_new_privs $(grep NoNewPrivs /proc/self/status | tr -dc 0-9)"
          echo "  host name   $(cat /proc/sys/kernel/hostname)"
          set -- /proc/[0-9]*
          echo "  processes   $# in sight"
          echo "  root        $(ls / | tr '\n' ' ')"
          echo "  memory      $NOMAD_MEMORY_LIMIT MB"
          if touch /usr/mine 2>/dev/null; then echo "  /usr        writable?!"; else echo "  /usr        read-only"; fi
          echo "$GREETING" > /local/note && echo "  /local      mine: $(cat /local/note)"
        EOT
        ]
      }

      env {
        GREETING = "a task's own directory"
      }

      resources {
        cpu    = 100 # MHz
        memory = 64  # MB
      }
    }
  }
}
