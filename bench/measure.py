"""Running commands and counting what they take."""
import os, shutil, statistics, subprocess, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REST = 0.2

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


def run(argv, **options):
    """The standard output of a command that must succeed."""
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, **options)
    if done.returncode:
        raise SystemExit(f'{argv} ended with {done.returncode}: {done.stderr[-400:]}')
    return done.stdout


def seconds(argv):
    """Wall seconds of one run."""
    return once(argv)[0]


def median(values):
    return statistics.median(values)


class Jobctl:
    """The binary with a state directory of its own."""

    def __init__(self, binary, directory):
        self.binary, self.directory = binary, directory
        self.state = os.path.join(directory, 'state')

    def __call__(self, *arguments):
        return [self.binary, '-q', '--state-dir', self.state, *arguments]

    def file(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, 'w') as file:
            file.write(text)
        return path

    def stop(self, job):
        subprocess.run(self('stop', job, '--timeout', '0', '--purge'), stdin=subprocess.DEVNULL, capture_output=True)
