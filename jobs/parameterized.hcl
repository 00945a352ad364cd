# A job with parameters: given when it is run, checked before.
#
#     sudo jobctl run --meta target=/usr/share --meta depth=1 jobs/parameterized.hcl
#     echo '*.gz' | sudo jobctl run --meta target=/usr/share --payload - jobs/parameterized.hcl

job "parameterized" {
  type = "batch"

  parameterized {
    payload       = "optional"
    meta_required = ["target"]
    meta_optional = ["depth"]
  }

  meta {
    depth = "0"
  }

  group "measure" {
    task "du" {
      driver = "exec"

      # The payload, where one is given: patterns of what is not counted.
      dispatch_payload {
        file = "exclude"
      }

      config {
        command = "/bin/sh"
        # Parameters reach the task as NOMAD_META_<key>.
        args = ["-c", "touch local/exclude; du -x -X local/exclude -d \"$NOMAD_META_depth\" \"$NOMAD_META_target\" 2>/dev/null | sort -n | tail -5"]
      }
    }
  }
}
