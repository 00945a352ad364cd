# A task with a configuration file and variables made for it. Templates are rendered before each start; `jobctl restart` renders anew.
#
#     sudo jobctl run jobs/template.hcl

job "template" {
  type = "batch"

  meta {
    environment = "staging"
  }

  group "app" {
    task "show" {
      driver = "exec"

      config {
        command = "/bin/sh"
        # Variables of templates can stand here too: ${LISTEN}.
        args = ["-c", "echo on $LISTEN, again on ${LISTEN}; cat local/app.conf"]
      }

      env {
        WORKERS = "3"
      }

      # Lines KEY=value, read into the environment. In /secrets, which is never on a disk.
      template {
        data        = <<-EOT
          LISTEN=127.0.0.1:{{ add 8000 1 }}
          LEVEL={{ if eq (env "NOMAD_META_environment") "production" }}warn{{ else }}debug{{ end }}
          EOT
        destination = "secrets/app.env"
        env         = true
      }

      # A file of its own owner and mode.
      template {
        data        = <<-EOT
          # made for {{ env "NOMAD_TASK_NAME" }} in {{ env "NOMAD_META_environment" }}
          {{- range $i := loop (env "WORKERS" | parseInt) }}
          worker.{{ $i }} = "{{ env "NOMAD_ALLOC_DIR" }}/data/{{ $i }}"
          {{- end }}
          hosts = {{ file "etc/hosts" | split "\n" | len | toJSON }}
          EOT
        destination = "local/app.conf"
        perms       = "0600"
      }
    }
  }
}
