"""How fast a task can write its output, beside `| cat > file`."""
import os, subprocess, time

from measure import Jobctl, median, run

LINE = b'%087d\n' % 0
LINES = 500_000
# Each a single write(2) of the task's, by what and of how many bytes in all; `lines` is a file made for it.
WORK = {
    '64 KiB writes': ('dd if=/dev/zero bs=64k count=8192 status=none', 8192 * 65536),
    'lines of 88 bytes': ('dd if={lines} bs=88 status=none', 88 * LINES),
}

JOB = '''job "writes" {
  type = "batch"
  group "g" {
    ephemeral_disk {
      size = 5000
    }
    task "t" {
      driver = "raw_exec"
      config {
        command = "/bin/sh"
        args    = ["-c", %s]
      }
      logs {
        max_files     = 2
        max_file_size = 2000
      }
    }
  }
}
'''


def script(work, times):
    return f'date +%s%N > {times}; {work}; date +%s%N >> {times}'


def rate(size, times):
    begin, end = map(int, open(times).read().split())
    return size / (end - begin) * 1e9 / 1e6


def measure(binary, rounds, directory):
    jobctl, times, sink = Jobctl(binary, directory), os.path.join(directory, 'times'), os.path.join(directory, 'sink')
    lines = os.path.join(directory, 'lines')
    with open(lines, 'wb') as file:
        file.write(LINE * LINES)
    figures = {}
    for name, (work, size) in WORK.items():
        work = work.format(lines=lines)
        taken = {'jobctl': [], 'cat': []}
        job = jobctl.file('writes.hcl', JOB % ('"' + script(work, times).replace('"', '\\"') + '"'))
        for _ in range(max(3, rounds // 3)):
            with open(times, 'w'):
                pass
            # Detached: nobody reads along, and nobody is woken by what is written.
            run(jobctl('run', '--detach', job))
            wait_for_end(times)
            taken['jobctl'].append(rate(size, times))
            jobctl.stop('writes')
            subprocess.run(['/bin/sh', '-c', f'{{ {script(work, times)}; }} | cat > {sink}'], check=True)
            taken['cat'].append(rate(size, times))
            os.unlink(sink)
        ours, theirs = median(taken['jobctl']), median(taken['cat'])
        figures[name] = {'mb_per_s': ours, 'cat_mb_per_s': theirs, 'median_ms': size / ours / 1e3}
    return figures


def wait_for_end(times):
    """Until the task has written when it began and when it ended."""
    while len(open(times).read().split()) < 2:
        time.sleep(0.05)


def table(figures):
    rows = ['| output of a task | jobctl | `cmd \\| cat > file` | ratio |', '|---|---|---|---|']
    for name, f in figures.items():
        rows.append(f"| {name} | {f['mb_per_s']:.0f} MB/s | {f['cat_mb_per_s']:.0f} MB/s | {f['mb_per_s'] / f['cat_mb_per_s']:.2f} |")
    return rows
