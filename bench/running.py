"""Until a task runs, attached and detached, and one more program in a task that runs."""
import json, os, shutil, subprocess, sys, time

from measure import Jobctl, REST, in_turn, once, run, summary
from start import bundle, works

SAYS_JOB = '''job "says" {
  type = "service"
  group "g" {
    volume "here" {
      type   = "host"
      source = "here"
    }
    task "t" {
      driver = "exec"
      user   = "root"
      config {
        command = "/bin/sh"
        args    = ["-c", "echo > /here/runs; exec sleep 1000"]
      }
      volume_mount {
        volume      = "here"
        destination = "/here"
      }
    }
  }
}
'''


def until_it_runs(argv, fifo):
    """Wall seconds until the task itself writes a byte."""
    begin = time.perf_counter()
    child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(fifo) as pipe:
        pipe.read(1)
    return time.perf_counter() - begin, child


def starts(jobctl, rounds, directory):
    job = jobctl.file('says.hcl', SAYS_JOB)
    host = jobctl.file('host.hcl', f'client {{\n  host_volume "here" {{\n    path = "{directory}"\n  }}\n}}\n')
    fifo = os.path.join(directory, 'runs')
    os.mkfifo(fifo)
    taken = {'attached': [], 'detached': []}
    for number in range(rounds + 1):
        for name, flag in (('attached', []), ('detached', ['--detach'])):
            time.sleep(REST)
            wall, child = until_it_runs(jobctl('run', '--host', host, *flag, job), fifo)
            jobctl.stop('says')
            child.wait()
            if number:
                taken[name].append((wall, 0, 0))
    return {f'until it runs, {name}': summary(samples) for name, samples in taken.items()}


def commands(jobctl, directory):
    """What runs /bin/true in a task that runs, and what ends those tasks again."""
    jobctl_job = jobctl.file('sleep.hcl', SAYS_JOB.replace('"says"', '"sleep"').replace('echo > /here/runs; ', ''))
    host = os.path.join(directory, 'host.hcl')
    run(jobctl('run', '--host', host, '--detach', jobctl_job))
    found = {'jobctl exec': jobctl('exec', 'sleep', '--', '/bin/true')}
    ends = [lambda: jobctl.stop('sleep')]
    for runtime in ('crun', 'runc', 'youki'):
        if not shutil.which(runtime):
            continue
        path, name = bundle(runtime, os.path.join(directory, 'exec')), f'jobctl-bench-exec-{os.getpid()}'
        config_path = os.path.join(path, 'config.json')
        config = json.load(open(config_path))
        config['process']['args'] = ['/bin/sleep', '1000']
        json.dump(config, open(config_path, 'w'))
        silent = dict(stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if subprocess.run([runtime, 'run', '-d', '-b', path, name], **silent).returncode:
            print(f'{runtime} exec left out: it starts no container here', file=sys.stderr)
            continue
        found[f'{runtime} exec'] = [runtime, 'exec', name, '/bin/true']
        ends.append(lambda runtime=runtime, name=name: subprocess.run([runtime, 'delete', '-f', name], **silent))
    return {name: argv for name, argv in found.items() if works(name, argv)}, ends


def measure(binary, rounds, directory):
    jobctl = Jobctl(binary, directory)
    figures = starts(jobctl, rounds, directory)
    ends = []
    try:
        found, ends = commands(jobctl, directory)
        taken = in_turn(found, rounds)
    finally:
        for end in ends:
            end()
    return figures | {name: summary(samples) for name, samples in taken.items()}


def table(figures):
    rows = ['| running tasks | median | minimum | |', '|---|---|---|---|']
    for name, figure in figures.items():
        note = ''
        if name == 'until it runs, detached':
            note = f"{figure['median_ms'] / figures['until it runs, attached']['median_ms']:.2f} × attached"
        elif name.endswith(' exec') and name != 'jobctl exec':
            note = f"{figure['median_ms'] / figures['jobctl exec']['median_ms']:.1f} × jobctl"
        rows.append(f"| {name} | {figure['median_ms']:.1f} ms | {figure['min_ms']:.1f} ms | {note} |")
    return rows
