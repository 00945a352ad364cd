//! A task that cannot be started is shown on the job file's text.

use std::fs;

use crate::harness::{Bench, is_root};

const ONCE: &str = "restart {\n attempts = 0\n mode = \"fail\"\n }\n";

fn task(command: &str, more: &str) -> String {
    format!("{ONCE}task \"t\" {{\n driver = \"exec\"\n config {{\n command = \"{command}\"\n }}\n {more} }}")
}

/// Runs a job that fails; the exit code, and the lines of stderr from the finding on.
fn run(bench: &Bench, body: &str, host: &[&str]) -> (i32, String) {
    let job = bench.job("a", "batch", body);
    let arguments = [&["run", job.to_str().unwrap()], host].concat();
    let output = bench.jobctl(&arguments);
    let stderr = String::from_utf8(output.stderr).unwrap().replace(bench.path("").to_str().unwrap(), "DIR/");
    let finding = stderr.find("start::").map_or("", |at| &stderr[at..]);
    let end = finding.find("\n\n").map_or(finding.len(), |first| {
        finding[first + 2..].find("\n\n").map_or(finding.len(), |second| first + 2 + second)
    });
    (output.status.code().unwrap(), finding[..end].to_owned())
}

#[test]
fn a_command_that_is_not_there_is_shown() {
    if !is_root() {
        return;
    }
    let (code, finding) = run(&Bench::new(), &task("/bin/not-there", ""), &[]);
    assert_eq!(code, 127);
    insta::assert_snapshot!(finding, @r#"
    start::command_not_found

      × task "t" could not be started: command "/bin/not-there": not found: in the task's root, looked for
      │ /bin/not-there
        ╭─[DIR/a.hcl:11:12]
     10 │  config {
     11 │  command = "/bin/not-there"
        ·            ────────┬───────
        ·                    ╰── looked for as it is here
     12 │  }
        ╰────
      help: under `exec` a command is looked for inside the task's root: local/ first, then the root, then PATH
    "#);
}

#[test]
fn a_command_that_cannot_be_executed_is_shown() {
    if !is_root() {
        return;
    }
    let (code, finding) = run(&Bench::new(), &task("/etc/passwd", ""), &[]);
    assert_eq!(code, 126);
    insta::assert_snapshot!(finding, @r#"
    start::not_executable

      × task "t" could not be started: command "/etc/passwd": it is not executable, and not the task's own: chmod
      │ +x it
        ╭─[DIR/a.hcl:11:12]
     10 │  config {
     11 │  command = "/etc/passwd"
        ·            ──────┬──────
        ·                  ╰── this is there
     12 │  }
        ╰────
      help: make it executable for the task's user, or name its interpreter
    "#);
}

#[test]
fn a_volume_that_cannot_be_mounted_is_shown() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    fs::create_dir(bench.path("data")).unwrap();
    let host = bench.path("host.hcl");
    let volume = |name: &str| {
        format!("host_volume \"{name}\" {{\n path = \"{}\"\n read_only = true\n }}\n", bench.path("data").display())
    };
    fs::write(&host, format!("client {{\n {} {} }}\n", volume("outer"), volume("inner"))).unwrap();
    // Only the kernel sees that nothing can be made in there.
    let request =
        |name: &str| format!("volume \"{name}\" {{\n type = \"host\"\n source = \"{name}\"\n read_only = true\n }}\n");
    let mount = |name: &str, to: &str| {
        format!("volume_mount {{\n volume = \"{name}\"\n destination = \"{to}\"\n read_only = true\n }}\n")
    };
    let mounts = mount("outer", "/data") + &mount("inner", "/data/inner");
    let body = request("outer") + &request("inner") + &task("/bin/true", &mounts);
    let (code, finding) = run(&bench, &body, &["--host", host.to_str().unwrap()]);
    assert_eq!(code, 125, "{finding}");
    insta::assert_snapshot!(finding, @r#"
    start::failed

      × task "t" could not be started: mount of volume `inner` on /data/inner: read-only file system (EROFS)
        ╭─[DIR/a.hcl:28:1]
     27 │  }
     28 │ volume_mount {
        · ──────┬─────
        ·       ╰── asked for here
     29 │  volume = "inner"
        ╰────
      help: `jobctl doctor` says what this host offers, `jobctl inspect` what was asked of it
    "#);
}

/// Whether the kernel divides realtime among cgroups is its builder's choice: either the task runs, or it is said why not.
#[test]
fn a_realtime_caller_is_told_that_cgroups_have_none() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    let body = task("/bin/true", "");
    let job = bench.job("a", "batch", &body);
    let ordinary = bench.command(&["run", job.to_str().unwrap()]);
    let mut realtime = std::process::Command::new("chrt");
    realtime.args(["--fifo", "1"]).arg(ordinary.get_program()).args(ordinary.get_args());
    let Ok(output) = realtime.env("JOBCTL_STATE_DIR", bench.state()).output() else { return };
    let said = crate::harness::text(&output.stderr);
    if said.contains("chrt:") {
        println!("SKIP no realtime here: {said}");
    } else if !output.status.success() {
        let told = "cgroup of the task: invalid argument (EINVAL): no process with a realtime policy comes in, and this jobctl was started \
                    with SCHED_FIFO; start it as `chrt --other 0 jobctl …`";
        assert!(said.contains(told), "{said}");
    }
    bench.purge("a");
}
