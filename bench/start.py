"""A program that does nothing, from start to exit, isolated."""
import json, os, shutil, subprocess, sys

from measure import Jobctl, in_turn, once, summary

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


def commands(jobctl, directory):
    """What starts /bin/true here, by name: us, and the peers that are there and can."""
    job = jobctl.file('true.hcl', TRUE_JOB)
    found = {'jobctl': jobctl('run', job)}
    rootfs = os.path.join(directory, 'rootfs')
    if shutil.which('bwrap'):
        found['bubblewrap'] = bwrap_argv()
    numbers = iter(range(1_000_000))
    for runtime in ('crun', 'runc', 'youki'):
        if shutil.which(runtime):
            path = bundle(runtime, directory)
            rootfs = os.path.join(path, 'rootfs')
            found[runtime] = lambda runtime=runtime, path=path: [runtime, 'run', '-b', path, f'jobctl-bench-{os.getpid()}-{next(numbers)}']
    if shutil.which('podman') and os.path.isdir(rootfs):
        binds = [argument for path in HOST_DIRS if os.path.isdir(path) and not os.path.islink(path) for argument in ('-v', f'{path}:{path}:ro')]
        found['podman'] = ['podman', 'run', '--rm', '--network=host', '--user=65534', *binds, '--rootfs', rootfs, '/bin/true']
    if shutil.which('systemd-run'):
        found['systemd-run'] = ['systemd-run', '--wait', '--quiet', '--collect', '-p', 'PrivateTmp=yes', '-p', 'ProtectSystem=strict',
                                '-p', 'User=nobody', '/bin/true']
    found['/bin/true itself'] = ['/bin/true']
    return {name: argv for name, argv in found.items() if works(name, argv)}


def works(name, argv):
    try:
        once(argv() if callable(argv) else argv)
        return True
    except SystemExit as reason:
        print(f'{name} left out: {str(reason)[-160:].strip()}', file=sys.stderr)
        return name == 'jobctl' and sys.exit(str(reason))


def measure(binary, rounds, directory):
    taken = in_turn(commands(Jobctl(binary, directory), directory), rounds)
    return {name: summary(samples) for name, samples in taken.items()}


def table(figures):
    bubblewrap = figures.get('bubblewrap', figures['jobctl'])['median_ms']
    rows = ['| `/bin/true`, start to exit | median | minimum | × bubblewrap |', '|---|---|---|---|']
    for name, figure in figures.items():
        ratio = f"{figure['median_ms'] / bubblewrap:.2f}" if 'bubblewrap' in figures else ''
        rows.append(f"| {name} | {figure['median_ms']:.1f} ms | {figure['min_ms']:.1f} ms | {ratio} |")
    return rows
