"""Resolving and comparing plans."""
import os, subprocess, sys


def measure(jobctl, rounds, directory):
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


def table(figures):
    rows = ['| `plan`, best of 7 | resolve | store | diff: nothing | diff: every tenth task | diff: every task | peak memory |',
            '|---|---|---|---|---|---|---|']
    for name, f in figures.items():
        rows.append(f"| {name} | {f['median_ms']:.1f} ms | {f['store_ms']:.1f} ms | {f['same_ms']:.1f} ms | {f['tenth_ms']:.1f} ms"
                    f" | {f['every_ms']:.1f} ms | {f['memory_mb']:.0f} MB |")
    return rows
