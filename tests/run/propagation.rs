//! Volumes mounted in both directions, in a mount namespace of the test's own: what is refused, what stays, what is left.

use std::fs;
use std::process::Command;

use crate::harness::{Bench, is_root, text};

/// A job whose task runs a script with a bidirectional volume at /data.
fn job(bench: &Bench, name: &str, script: &str, more: &str) -> String {
    let body = format!(
        r#"
        volume "data" {{
          type   = "host"
          source = "data"
        }}
        task "t" {{
          driver = "exec"
          user   = "root"
          config {{
            command = "/bin/sh"
            args    = ["-c", "{script}"]
          }}
          volume_mount {{
            volume           = "data"
            destination      = "/data"
            propagation_mode = "bidirectional"
          }}
          {more}
        }}
        "#
    );
    bench.job(name, "batch", &body).to_str().unwrap().to_owned()
}

/// Runs a shell script with `$J`, jobctl with this test's state and host, in a mount namespace where `$DATA` is a file system of its own.
fn script(bench: &Bench, made: &str, script: &str) -> (String, String) {
    let data = bench.path("data");
    fs::create_dir_all(&data).unwrap();
    let host = bench.path("host.hcl");
    fs::write(&host, format!("client {{\n  host_volume \"data\" {{\n    path = \"{}\"\n  }}\n}}\n", data.display()))
        .unwrap();
    let begin = format!("set -u; mount -t tmpfs test \"$DATA\"; mount --make-{made} \"$DATA\"\n");
    let mut command = Command::new("unshare");
    command.args(["--mount", "--propagation", "private", "sh", "-c", &(begin + script)]);
    command.env("DATA", &data).env("J", env!("CARGO_BIN_EXE_jobctl")).env("JOBCTL_HOST", &host);
    command.env("JOBCTL_STATE_DIR", bench.state());
    let output = command.output().unwrap();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_source_that_is_not_shared_is_refused_for_bidirectional() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    let job = job(&bench, "a", "exit 0", "");
    let (stdout, stderr) =
        script(&bench, "private", &format!("\"$J\" run {job}; echo $?; \"$J\" plan {job} >&2; echo $?"));
    assert_eq!(stdout, "125\n1\n", "{stderr}");
    assert!(stderr.contains("× ") && stderr.contains("is not on a shared mount: no mount would pass"), "{stderr}");
    assert!(stderr.contains(&format!("mount --make-shared {}", bench.path("data").display())), "{stderr}");
    // The plan only warns: the mount may be made a shared one until the job runs.
    assert!(stderr.contains("⚠ "), "{stderr}");
}

#[test]
fn what_a_task_leaves_mounted_is_named_and_removed_on_demand() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    let job = job(&bench, "a", "mkdir /data/sub && mount -t tmpfs left /data/sub && mount -t tmpfs on /data/sub", "");
    let mounts = "grep -c \"$DATA/sub\" /proc/self/mountinfo";
    let steps = format!(
        "\"$J\" run {job}; echo $?; {mounts}; \"$J\" stop a; {mounts}; \"$J\" stop --unmount a; echo $?; {mounts}; \"$J\" stop a"
    );
    let (stdout, stderr) = script(&bench, "shared", &steps);
    assert_eq!(stdout, "0\n2\n2\n0\n0\n", "{stderr}");
    let sub = bench.path("data/sub").display().to_string();
    assert!(stderr.contains(&format!("g[0]: left on the host, mounted while it ran: {sub}, {sub}; ")), "{stderr}");
    let left = format!("{sub} is left mounted; `jobctl stop --unmount a` removes it\n");
    assert_eq!(stderr.matches(&left).count(), 2, "{stderr}");
    assert_eq!(stderr.matches(&format!("unmounted {sub}\n")).count(), 2, "{stderr}");
}

#[test]
fn a_link_put_into_the_way_is_not_followed() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    let job = job(&bench, "a", "mkdir -p /data/x/sub && mount -t tmpfs left /data/x/sub", "");
    // The mount is gone from where it was, and there is another at the end of a link.
    let steps = format!(
        "mkdir \"$DATA/other\" \"$DATA/other/sub\"; \"$J\" run {job}; mount --move \"$DATA/x/sub\" \"$DATA/other/sub\" || {{ \
         umount \"$DATA/x/sub\"; mount -t tmpfs o \"$DATA/other/sub\"; }}; rm -r \"$DATA/x\"; ln -s other \"$DATA/x\"; \
         \"$J\" stop --unmount a; grep -c \"$DATA/other/sub\" /proc/self/mountinfo"
    );
    let (stdout, stderr) = script(&bench, "shared", &steps);
    assert_eq!(stdout, "1\n", "{stderr}");
}

#[test]
fn nothing_is_left_on_the_host() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    let runs = job(&bench, "a", "exec sleep 1000", "");
    let fails =
        job(&bench, "b", "exit 0", "restart {\n attempts = 0\n mode = \"fail\"\n }\n kill_signal = \"SIGTERM\"");
    let broken = fs::read_to_string(&fails).unwrap().replace("/bin/sh", "/bin/not-there");
    fs::write(&fails, broken).unwrap();
    let count = "wc -l </proc/self/mountinfo";
    let steps = format!(
        "{count}; \"$J\" run --detach {runs}; {count}; \"$J\" stop --timeout 0 a; {count}
         \"$J\" run --detach {runs}; kill -9 $(\"$J\" status a --json | tr , '\\n' | grep supervisor_pid | tr -dc 0-9)
         \"$J\" stop --timeout 0 a; {count}; \"$J\" run {fails}; echo $?; {count}"
    );
    let (stdout, stderr) = script(&bench, "shared", &steps);
    let mut lines: Vec<&str> = stdout.lines().map(str::trim).collect();
    assert_eq!(lines.len(), 6, "{stdout}{stderr}");
    assert_eq!(lines.remove(4), "127", "{stdout}{stderr}");
    assert!(lines.iter().all(|count| *count == lines[0]), "{stdout}{stderr}");
}
