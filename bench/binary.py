"""The size of the binary, and what it takes to start it at all."""
import os

from measure import in_turn, summary


def measure(jobctl, rounds, directory):
    taken = in_turn({'--version': [jobctl, '--version'], 'true': ['/bin/true']}, rounds)
    figure = summary(taken['--version']) | {'size_mb': os.path.getsize(jobctl) / 1e6, 'true_ms': summary(taken['true'])['median_ms']}
    return {'jobctl': figure}


def table(figures):
    rows = ['| binary | size | `--version`, wall | CPU | `/bin/true`, wall |', '|---|---|---|---|---|']
    for name, f in figures.items():
        rows.append(f"| {name} | {f['size_mb']:.1f} MB | {f['median_ms']:.1f} ms | {f['cpu_ms']:.1f} ms | {f['true_ms']:.1f} ms |")
    return rows
