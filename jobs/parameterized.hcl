# A job with parameters: given when it is run, checked before.
#
#     sudo jobctl run --meta target=/usr/share --meta depth=1 jobs/parameterized.hcl

job "parameterized" {
  type = "batch"

  parameterized {
    payload       = "forbidden"
    meta_required = ["target"]
    meta_optional = ["depth"]
  }

  meta {
    depth = "0"
  }

  group "measure" {
    task "du" {
      driver = "exec"

      config {
        command = "/bin/sh"
        # Parameters reach the task as NOMAD_META_<key>.
        args = ["-c", "du -x -d \"$NOMAD_META_depth\" \"$NOMAD_META_target\" 2>/dev/null | sort -n | tail -5"]
      }
    }
  }
}
