#!/usr/bin/env python3
"""Measure jobctl beside its peers: the same work, in one run, on one machine.

usage: bench/bench.py [--jobctl PATH] [--rounds N] [--only NAME,…] [--write] [--out FILE] [--compare FILE] [--force]

  --jobctl PATH   the binary [default: target/release/jobctl]
  --rounds N      rounds of each measurement [default: 30]
  --only NAMES    some of: start, validate, plan
  --out FILE      keep the figures as JSON
  --compare FILE  compare with figures kept earlier; exit 1 where a median got more than 15 % worse
  --write         write the tables to docs/performance.md, between its markers
  --force         measure although the machine is busy (the figures are then marked)

Peers (bubblewrap, runc, crun) are taken from PATH where they are there; `start` needs root. Every command of a round is run in turn with
200 ms of rest before each: back-to-back runs hide the waits of the kernel that a person at a prompt meets.
"""
import argparse, json, os, platform, shutil, statistics, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REST = 0.2


def cpu_model():
    for line in open('/proc/cpuinfo'):
        if line.startswith('model name'):
            return line.split(':', 1)[1].strip()
    return platform.machine()


def version(command):
    try:
        text = subprocess.run([command, '--version'], capture_output=True, text=True, timeout=10).stdout
        return text.split('\n')[0].replace(command, '').replace('version', '').strip()
    except (OSError, subprocess.TimeoutExpired):
        return ''


def once(argv):
    """Wall seconds, CPU seconds and peak resident bytes of one run; the command must succeed."""
    begin = time.perf_counter()
    child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    talk = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f'{argv} ended with {child.returncode}: {talk.decode(errors="replace")}')
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def in_turn(commands, rounds):
    """Runs every command once a round; {name: [(wall, cpu, memory), …]}. One round to warm up is not counted."""
    taken = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, argv in commands.items():
            time.sleep(REST)
            sample = once(argv() if callable(argv) else argv)
            if number:
                taken[name].append(sample)
    return taken


def summary(samples):
    wall, cpu, memory = zip(*samples)
    return {'median_ms': statistics.median(wall) * 1e3, 'min_ms': min(wall) * 1e3,
            'cpu_ms': statistics.median(cpu) * 1e3, 'memory_mb': max(memory) / 1e6, 'rounds': len(samples)}


TRUE_JOB = '''job "true" {
  type = "batch"
  group "g" {
    task "t" {
      driver = "exec"
      config { command = "/bin/true" }
    }
  }
}
'''

HOST_DIRS = ['/bin', '/etc', '/lib', '/lib32', '/lib64', '/sbin', '/usr']


def bwrap_argv():
    argv = ['bwrap']
    for path in HOST_DIRS:
        if os.path.islink(path):
            argv += ['--symlink', os.readlink(path), path]
        elif os.path.isdir(path):
            argv += ['--ro-bind', path, path]
    return argv + ['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--unshare-pid', '--unshare-ipc', '--unshare-uts',
                   '--uid', '65534', '--gid', '65534', '--unshare-user', '/bin/true']


def bundle(runtime, directory):
    """An OCI bundle with the same world: the host's directories read-only, /bin/true as nobody."""
    path = os.path.join(directory, runtime)
    os.makedirs(os.path.join(path, 'rootfs'))
    subprocess.run([runtime, 'spec'], cwd=path, check=True)
    config = json.load(open(os.path.join(path, 'config.json')))
    process = config['process']
    process.update(terminal=False, args=['/bin/true'], user={'uid': 65534, 'gid': 65534})
    process.pop('rlimits', None)
    config['root']['readonly'] = False
    for host in HOST_DIRS:
        if os.path.islink(host):
            os.symlink(os.readlink(host), os.path.join(path, 'rootfs', host[1:]))
        elif os.path.isdir(host):
            os.makedirs(os.path.join(path, 'rootfs', host[1:]))
            config['mounts'].append({'destination': host, 'type': 'bind', 'source': host, 'options': ['rbind', 'ro']})
    linux = config['linux']
    linux['namespaces'] = [n for n in linux['namespaces'] if n['type'] not in ('network', 'cgroup')]
    config['mounts'] = [m for m in config['mounts'] if m['destination'] != '/sys/fs/cgroup']
    json.dump(config, open(os.path.join(path, 'config.json'), 'w'))
    return path


def start(jobctl, rounds, directory):
    job = os.path.join(directory, 'true.hcl')
    open(job, 'w').write(TRUE_JOB)
    state = os.path.join(directory, 'state')
    commands = {'jobctl': [jobctl, '-q', '--state-dir', state, 'run', job]}
    if shutil.which('bwrap'):
        commands['bubblewrap'] = bwrap_argv()
    numbers = iter(range(1_000_000))
    for runtime in ('crun', 'runc', 'youki'):
        if shutil.which(runtime):
            path = bundle(runtime, directory)
            argv = lambda runtime=runtime, path=path: [runtime, 'run', '-b', path, f'jobctl-bench-{os.getpid()}-{next(numbers)}']
            try:
                once(argv())
            except SystemExit as reason:
                print(f'{runtime} left out: {str(reason)[-160:]}', file=sys.stderr)
                continue
            commands[runtime] = argv
    commands['/bin/true itself'] = ['/bin/true']
    return {name: summary(samples) for name, samples in in_turn(commands, rounds).items()}


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


def validate(jobctl, rounds, directory):
    figures = {}
    small = os.path.join(ROOT, 'jobs', 'hello.hcl')
    taken = in_turn({'small': [jobctl, '-q', 'validate', small], 'version': [jobctl, '--version']}, rounds)
    figures['jobs/hello.hcl'] = summary(taken['small'])
    figures['--version'] = summary(taken['version'])
    for groups in (600, 1200, 2400):
        path = os.path.join(directory, f'large{groups}.hcl')
        text = big_job(groups)
        open(path, 'w').write(text)
        taken = in_turn({'large': [jobctl, '-q', 'validate', path]}, max(3, rounds // 6))
        figure = summary(taken['large'])
        figure['megabytes'] = len(text) / 1e6
        figure['mb_per_s'] = figure['megabytes'] / (figure['cpu_ms'] / 1e3)
        figures[f'{len(text) / 1e6:.1f} MB file'] = figure
    return figures


def plan(jobctl, rounds, directory):
    """Resolving and comparing, without reading files: by the example beside the binary, a process a size."""
    scale = os.path.join(os.path.dirname(jobctl), 'examples', 'plan_scale')
    if not os.access(scale, os.X_OK):
        print(f'plan left out: {scale} is not there: cargo build --release --example plan_scale', file=sys.stderr)
        return {}
    figures = {}
    for tasks in (500, 1000, 2000, 4000):
        lines = subprocess.run([scale, str(tasks)], check=True, capture_output=True, text=True).stdout.splitlines()
        _, _, resolve, store, same, tenth, every, _, memory = map(float, lines[-1].split())
        figures[f'{tasks} tasks'] = {'median_ms': resolve, 'store_ms': store, 'same_ms': same, 'tenth_ms': tenth,
                                     'every_ms': every, 'memory_mb': memory}
    return figures


def table_of_start(figures):
    best = figures['jobctl']['median_ms']
    rows = ['| `/bin/true`, start to exit | median | minimum | × jobctl |', '|---|---|---|---|']
    for name, figure in figures.items():
        rows.append(f"| {name} | {figure['median_ms']:.1f} ms | {figure['min_ms']:.1f} ms | {figure['median_ms'] / best:.2f} |")
    return rows


def table_of_validate(figures):
    rows = ['| `validate` | CPU | wall | peak memory | rate |', '|---|---|---|---|---|']
    for name, figure in figures.items():
        rate = f"{figure['mb_per_s']:.1f} MB/s" if 'mb_per_s' in figure else ''
        rows.append(f"| {name} | {figure['cpu_ms']:.1f} ms | {figure['median_ms']:.1f} ms | {figure['memory_mb']:.0f} MB | {rate} |")
    return rows


def table_of_plan(figures):
    rows = ['| `plan`, best of 7 | resolve | store | diff: nothing | diff: every tenth task | diff: every task | peak memory |',
            '|---|---|---|---|---|---|---|']
    for name, f in figures.items():
        rows.append(f"| {name} | {f['median_ms']:.1f} ms | {f['store_ms']:.1f} ms | {f['same_ms']:.1f} ms | {f['tenth_ms']:.1f} ms"
                    f" | {f['every_ms']:.1f} ms | {f['memory_mb']:.0f} MB |")
    return rows


PARTS = {'start': (start, table_of_start), 'validate': (validate, table_of_validate), 'plan': (plan, table_of_plan)}


def compare(old, new):
    worse = False
    for part, figures in new['parts'].items():
        for name, figure in figures.items():
            before = old['parts'].get(part, {}).get(name)
            if before and (part != 'start' or name == 'jobctl'):
                ratio = figure['median_ms'] / before['median_ms']
                mark = ' WORSE' if ratio > 1.15 else ''
                worse |= bool(mark)
                print(f"{part} {name}: {before['median_ms']:.2f} → {figure['median_ms']:.2f} ms ({ratio:.2f}×){mark}")
    return worse


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--jobctl', default=os.path.join(ROOT, 'target/release/jobctl'))
    ap.add_argument('--rounds', type=int, default=30)
    ap.add_argument('--only', default=','.join(PARTS))
    ap.add_argument('--out'); ap.add_argument('--compare')
    ap.add_argument('--write', action='store_true'); ap.add_argument('--force', action='store_true')
    a = ap.parse_args()
    jobctl, load = os.path.abspath(a.jobctl), os.getloadavg()[0]
    if not os.access(jobctl, os.X_OK):
        return f'{jobctl} is not there: cargo build --release'
    if load > 0.3 * os.cpu_count() and not a.force:
        return f'the machine is busy (load {load:.1f} on {os.cpu_count()} CPUs): the figures would say nothing; wait, or --force'
    names = [name for name in a.only.split(',') if name != 'start' or os.geteuid() == 0]
    result = {'machine': {'cpu': cpu_model(), 'cpus': os.cpu_count(), 'kernel': platform.release(), 'load': round(load, 2),
                          'cgroups': 'v2' if os.path.exists('/sys/fs/cgroup/cgroup.controllers') else 'v1',
                          'peers': {name: version(name) for name in ('bwrap', 'crun', 'runc', 'youki') if shutil.which(name)}},
              'parts': {}}
    lines = []
    with tempfile.TemporaryDirectory(prefix='jobctl-bench-') as directory:
        for name in names:
            measure, table = PARTS[name]
            result['parts'][name] = measure(jobctl, a.rounds, directory)
            lines += table(result['parts'][name]) + ['']
    machine = result['machine']
    peers = ', '.join(f'{name} {v}' for name, v in machine['peers'].items())
    lines.append(f"{machine['cpu']}, {machine['cpus']} CPUs, Linux {machine['kernel']}, cgroup {machine['cgroups']}, load {machine['load']}"
                 f"; {a.rounds} rounds, 200 ms of rest before each run; {peers}.")
    text = '\n'.join(lines)
    print(text)
    if a.out:
        json.dump(result, open(a.out, 'w'), indent=1)
    if a.write:
        page = os.path.join(ROOT, 'docs', 'performance.md')
        old = open(page).read()
        head, _, rest = old.partition('<!-- figures -->\n')
        _, _, tail = rest.partition('<!-- end -->')
        open(page, 'w').write(f'{head}<!-- figures -->\n{text}\n<!-- end -->{tail}')
    if a.compare and compare(json.load(open(a.compare)), result):
        return 1
    return 0


sys.exit(main())
