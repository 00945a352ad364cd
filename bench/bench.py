#!/usr/bin/env python3
"""Measure jobctl beside its peers: the same work, in one run, on one machine.

usage: bench/bench.py [--jobctl PATH] [--rounds N] [--only NAME,…] [--write] [--out FILE] [--compare FILE] [--force]

  --jobctl PATH   the binary [default: target/release/jobctl]
  --rounds N      rounds of each measurement [default: 30]
  --only NAMES    some of: start, running, many, logs, validate, plan, binary
  --out FILE      keep the figures as JSON
  --compare FILE  compare with figures kept earlier; exit 1 where a median got more than 15 % worse
  --write         write the tables to docs/performance.md, between its markers
  --force         measure although the machine is busy (the figures are then marked)

Peers (bubblewrap, crun, runc, youki, podman, systemd-run) are taken from PATH where they are there and work; the first four parts need
root. Everything is kept where jobctl keeps its state by default, and begun when the file system is at rest. Every command of a round is
run in turn with 200 ms of rest before each: back-to-back runs hide the waits of the kernel that a person at a prompt meets.
"""
import argparse, json, os, platform, shutil, subprocess, sys, tempfile, time

import binary, logs, many, plan, running, start, validate
from measure import ROOT

PARTS = {module.__name__: module for module in (start, running, many, logs, validate, plan, binary)}
NEED_ROOT = ('start', 'running', 'many', 'logs')
PEERS = ('bwrap', 'crun', 'runc', 'youki', 'podman', 'systemd-run')


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


def room():
    """A directory where jobctl keeps its state unless told otherwise."""
    places = ['/var/lib', os.environ.get('XDG_STATE_HOME', ''), os.path.expanduser('~/.local/state')]
    place = next((place for place in places if os.access(place, os.W_OK)), None)
    return tempfile.TemporaryDirectory(prefix='jobctl-bench-', dir=place)


def file_us():
    """Microseconds that a new file takes there."""
    with room() as directory:
        inner = os.path.join(directory, 'inner')
        os.mkdir(inner)
        begin = time.perf_counter()
        for number in range(20):
            os.close(os.open(os.path.join(inner, str(number)), os.O_CREAT | os.O_WRONLY))
        return (time.perf_counter() - begin) / 20 * 1e6


def rest_of_files():
    """Waits up to five minutes until files are made as fast as on a machine at rest. ext4 takes no inode again that was freed in the
    last minutes, but looks at each: after a build a file can take five times as long."""
    for _ in range(30):
        if file_us() < 60:
            return True
        time.sleep(10)
    return False


def compare(old, new):
    worse = False
    for part, figures in new['parts'].items():
        for name, figure in figures.items():
            before = old['parts'].get(part, {}).get(name)
            if before and ours(part, name):
                ratio = figure['median_ms'] / before['median_ms']
                mark = ' WORSE' if ratio > 1.15 else ''
                worse |= bool(mark)
                print(f"{part} {name}: {before['median_ms']:.2f} → {figure['median_ms']:.2f} ms ({ratio:.2f}×){mark}")
    return worse


def ours(part, name):
    """Whether it is jobctl that was measured, not a peer."""
    return part not in ('start', 'running') or name.startswith(('jobctl', 'until'))


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
    names = [name for name in a.only.split(',') if name not in NEED_ROOT or os.geteuid() == 0]
    result = {'machine': {'cpu': cpu_model(), 'cpus': os.cpu_count(), 'kernel': platform.release(), 'load': round(load, 2),
                          'cgroups': 'v2' if os.path.exists('/sys/fs/cgroup/cgroup.controllers') else 'v1',
                          'peers': {name: version(name) for name in PEERS if shutil.which(name)}},
              'parts': {}}
    lines, rested = [], a.force or rest_of_files()
    if not rested:
        print('the file system is busy with what was deleted before: starts take longer, and the figures say so', file=sys.stderr)
    result['machine']['file_us'] = round(file_us())
    with room() as place:
        # As `cargo install` or a package puts it there: what the linker has written lies in the page cache in single pages.
        installed = shutil.copy(jobctl, place)
        for name in names:
            with room() as directory:
                figures = PARTS[name].measure(jobctl if name == 'plan' else installed, a.rounds, directory)
            if figures:
                result['parts'][name] = figures
                lines += PARTS[name].table(figures) + ['']
    machine = result['machine']
    peers = ', '.join(f'{name} {v}' for name, v in machine['peers'].items())
    lines.append(f"{machine['cpu']}, {machine['cpus']} CPUs, Linux {machine['kernel']}, cgroup {machine['cgroups']}, load {machine['load']}"
                 f", a new file {machine['file_us']} µs; {a.rounds} rounds, 200 ms of rest before each run; {peers}.")
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
