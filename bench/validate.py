"""Checking job files, small and large."""
import os

from measure import ROOT, in_turn, summary

def big_job(groups):
    """A large job of the usual kind, about 1.6 kB a group."""
    out = ['variable "release" {\n  type    = string\n  default = "v1"\n}\n\nlocals {\n  stage = upper("${var.release}-live")\n}\n\njob "large" {\n  datacenters = ["dc1"]\n']
    for n in range(groups):
        out.append(f'''  group "shard{n}" {{
    count = {n % 3 + 1}
    network {{
      port "web" {{
        to = {8000 + n % 500}
      }}
    }}
    volume "files" {{
      type      = "host"
      source    = "files"
      read_only = {str(n % 2 == 0).lower()}
    }}
    restart {{
      attempts = 2
      interval = "5m"
      delay    = "10s"
      mode     = "delay"
    }}
    service {{
      name     = "shard-{n}"
      provider = "nomad"
      port     = "web"
      tags     = ["n={n}", "stage=${{local.stage}}", format("%05d", {n})]
      check {{
        type     = "http"
        path     = "/ready"
        interval = "15s"
        timeout  = "3s"
      }}
    }}
    task "serve" {{
      driver = "exec"
      config {{
        command = "/usr/bin/${{var.release}}"
        args    = ["--port", "${{NOMAD_PORT_web}}", "--set", join("+", [for part in ["x", "y", "z"] : "${{part}}{n}"])]
      }}
      env {{
        STAGE = local.stage
        SHARD = "{n}"
        HOST  = "${{node.unique.name}}"
      }}
      template {{
        data        = <<-END
          # shard {n}
          {{{{ range $at, $item := loop 4 }}}}
          slot {{{{ $at }}}}
          {{{{ end }}}}
        END
        destination = "local/shard.conf"
      }}
      volume_mount {{
        volume           = "files"
        destination      = "/files"
        read_only        = {str(n % 2 == 0).lower()}
        propagation_mode = "{("private", "host-to-task")[n % 2]}"
      }}
      resources {{
        cpu    = {50 + n % 300}
        memory = {32 + n % 200}
      }}
    }}
  }}
''')
    return ''.join(out) + '}\n'


def measure(jobctl, rounds, directory):
    figures = {}
    small = os.path.join(ROOT, 'jobs', 'hello.hcl')
    taken = in_turn({'small': [jobctl, '-q', 'validate', small], 'version': [jobctl, '--version']}, rounds)
    figures['jobs/hello.hcl'] = summary(taken['small'])
    figures['--version'] = summary(taken['version'])
    for groups in (700, 1400, 2900):
        path = os.path.join(directory, f'large{groups}.hcl')
        text = big_job(groups)
        open(path, 'w').write(text)
        taken = in_turn({'large': [jobctl, '-q', 'validate', path]}, max(3, rounds // 6))
        figure = summary(taken['large'])
        figure['megabytes'] = len(text) / 1e6
        figure['mb_per_s'] = figure['megabytes'] / (figure['cpu_ms'] / 1e3)
        figures[f'{len(text) / 1e6:.1f} MB file'] = figure
    return figures


def table(figures):
    rows = ['| `validate` | CPU | wall | peak memory | rate |', '|---|---|---|---|---|']
    for name, figure in figures.items():
        rate = f"{figure['mb_per_s']:.1f} MB/s" if 'mb_per_s' in figure else ''
        rows.append(f"| {name} | {figure['cpu_ms']:.1f} ms | {figure['median_ms']:.1f} ms | {figure['memory_mb']:.0f} MB | {rate} |")
    return rows
