# Without isolation: `raw_exec` runs a command on the host itself, as whoever runs jobctl, supervised, limited and logged
# like any other.
#
#     sudo jobctl run jobs/raw.hcl

job "raw" {
  type = "batch"

  # Only where this holds; `jobctl plan` says what this host has.
  constraint {
    attribute = "${attr.kernel.name}"
    value     = "linux"
  }

  group "host" {
    # Two at once: each is an allocation of its own.
    count = 2

    task "report" {
      driver = "raw_exec"

      config {
        command = "/bin/sh"
        args    = ["-c", "echo \"allocation $NOMAD_ALLOC_INDEX as $(id -un) on $(uname -n)\"; df -h / | tail -1"]
      }

      resources {
        memory = 32
      }
    }
  }
}
