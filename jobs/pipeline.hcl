# A batch pipeline: one task prepares, two work side by side, one reports. They share /alloc/data.
#
#     sudo jobctl run jobs/pipeline.hcl

job "pipeline" {
  type = "batch"

  group "words" {
    # No restarts: what fails here fails for good.
    restart {
      attempts = 0
      mode     = "fail"
    }

    # Runs to its end before the main tasks start.
    task "prepare" {
      driver = "exec"

      lifecycle {
        hook = "prestart"
      }

      config {
        command = "/bin/sh"
        args    = ["-c", "grep -h . /etc/services /etc/protocols 2>/dev/null > /alloc/data/input; wc -l < /alloc/data/input"]
      }
    }

    # The main tasks: both at once.
    task "count" {
      driver = "exec"

      config {
        command = "/bin/sh"
        args    = ["-c", "tr -cs '[:alpha:]' '\\n' < /alloc/data/input | sort | uniq -c | sort -rn | head -5 > /alloc/data/count"]
      }
    }

    task "longest" {
      driver = "exec"

      config {
        command = "/bin/sh"
        args    = ["-c", "tr -cs '[:alpha:]' '\\n' < /alloc/data/input | awk '{ print length, $0 }' | sort -rnu | head -3 > /alloc/data/longest"]
      }
    }

    # Runs when the main tasks have ended, however they ended.
    task "report" {
      driver = "exec"

      lifecycle {
        hook = "poststop"
      }

      config {
        command = "/bin/sh"
        args    = ["-c", "echo most frequent:; cat /alloc/data/count; echo longest:; cat /alloc/data/longest"]
      }
    }
  }
}
