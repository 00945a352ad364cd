"""Many tasks at once: to start, list and stop them, and the memory that keeping them costs."""
import os, time

from measure import Jobctl, median, run, seconds

JOB = '''job "many" {
  group "g" {
    count = %d
    task "t" {
      driver = "%s"
      config {
        command = "/bin/sleep"
        args    = ["100000"]
      }
      resources {
        cpu    = 10
        memory = 20
      }
    }
  }
}
'''


def ours(state):
    """Our processes (supervisors and inits) that look after tasks of this state directory; by what they were started as."""
    ids = set(os.listdir(os.path.join(state, 'allocs')))
    found = []
    for number in filter(str.isdigit, os.listdir('/proc')):
        try:
            words = open(f'/proc/{number}/cmdline').read().split('\0')
            parent = open(f'/proc/{number}/stat').read().rsplit(')', 1)[1].split()[1]
            of_parent = open(f'/proc/{parent}/cmdline').read().split('\0')
        except OSError:
            continue
        supervisor = words[0] == 'jobctl-supervisor' and words[1] in ids
        init = words[0] == 'jobctl-init' and of_parent[0] == 'jobctl-supervisor' and of_parent[1] in ids
        if supervisor or init:
            found.append(number)
    return found


def proportional(number):
    """The proportional set size of a process, in bytes."""
    for line in open(f'/proc/{number}/smaps_rollup'):
        if line.startswith('Pss:'):
            return int(line.split()[1]) * 1024
    return 0


def one_size(jobctl, count, driver):
    job = jobctl.file('many.hcl', JOB % (count, driver))
    try:
        start = seconds(jobctl('run', '--detach', job))
        processes = ours(jobctl.state)
        assert len(processes) == 2 * count, f'{len(processes)} processes of ours look after {count} tasks'
        memory = sum(map(proportional, processes))
        status = median([seconds(jobctl('status', '--json')) for _ in range(5)])
        stats = median([seconds(jobctl('stats', '--interval', '0', '--json')) for _ in range(5)])
        stop = seconds(jobctl('stop', 'many', '--timeout', '0'))
    finally:
        jobctl.stop('many')
    return {'median_ms': start * 1e3 / count, 'stop_ms': stop * 1e3 / count, 'status_ms': status * 1e3, 'stats_ms': stats * 1e3,
            'memory_mb': memory / count / 1e6}


def measure(binary, rounds, directory):
    jobctl = Jobctl(binary, directory)
    figures = {f'{count} tasks': one_size(jobctl, count, 'exec') for count in (10, 100, 500, 1000)}
    return figures | {'500 tasks, raw_exec': one_size(jobctl, 500, 'raw_exec')}


def table(figures):
    rows = ['| many tasks, detached | start, each | stop, each | `status --json` | `stats --json` | memory of ours, each |', '|---|---|---|---|---|---|']
    for name, f in figures.items():
        rows.append(f"| {name} | {f['median_ms']:.1f} ms | {f['stop_ms']:.1f} ms | {f['status_ms']:.0f} ms | {f['stats_ms']:.0f} ms | {f['memory_mb']:.2f} MB |")
    return rows
