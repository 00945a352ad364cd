# Capabilities: a task has none, but for what it asks for and the host allows.
#
#     sudo jobctl run --host jobs/host.hcl jobs/capabilities.hcl

job "capabilities" {
  type = "batch"

  group "compare" {
    # An ordinary user: nothing in hand, and only the host's allow_caps within reach of any program it runs.
    task "plain" {
      driver = "exec"

      config {
        command = "/bin/grep"
        args    = ["^Cap", "/proc/self/status"]
      }
    }

    # The same user with one capability in hand: enough for port 80 or for ping, and for nothing else.
    task "port-80" {
      driver = "exec"

      config {
        command  = "/bin/grep"
        args     = ["^Cap", "/proc/self/status"]
        cap_drop = ["all"]
        cap_add  = ["net_bind_service", "net_raw"]
      }
    }

    # root without most of its powers.
    task "weak-root" {
      driver = "exec"
      user   = "root"

      config {
        command  = "/bin/grep"
        args     = ["^Cap", "/proc/self/status"]
        cap_drop = ["all"]
        cap_add  = ["chown"]
      }
    }
  }
}
