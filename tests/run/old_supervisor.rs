//! A job that an older jobctl started, looked after by this one: `tests/old/run` builds the older one and runs this.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::harness::{Bench, is_root, text};

fn old_binary() -> Option<PathBuf> {
    let path = std::env::var_os("JOBCTL_OLD_BINARY").map(PathBuf::from);
    if path.is_none() {
        println!("SKIP no JOBCTL_OLD_BINARY: tests/old/run builds one");
    }
    path
}

fn look_after(driver: &str) {
    let Some(old) = old_binary() else { return };
    let bench = Bench::new();
    let script = "trap 'echo hup' HUP; trap 'echo bye; exit 0' INT; echo ready; while :; do sleep 0.02; done";
    let body = format!(
        "task \"t\" {{\n driver = \"{driver}\"\n config {{\n command = \"/bin/sh\"\n args = [\"-c\", {script:?}]\n }}\n resources {{\n memory = 64\n }}\n }}"
    );
    let job = bench.job("old", "service", &body);
    let mut command = Command::new(old);
    command.args(["run", "--detach", job.to_str().unwrap()]).env("JOBCTL_STATE_DIR", bench.state());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let pid = bench.until_state("old", 0, "running")["pid"].as_u64().unwrap();
    bench.until("it is ready", || bench.ok(&["logs", "old"]).contains("ready").then_some(()));
    // Reading, and what goes by files and the kernel.
    assert!(bench.ok(&["status", "old"]).contains("running"));
    assert!(bench.ok(&["events", "old"]).contains("received") || bench.ok(&["events", "old"]).contains("supervised"));
    assert_eq!(bench.ok(&["exec", "old", "--", "sh", "-c", "echo $NOMAD_TASK_NAME"]), "t\n");
    assert!(bench.ok(&["stats", "old", "--interval", "0"]).contains("old/g[0]/t"));
    // What its supervisor is asked for.
    bench.ok(&["signal", "HUP", "old"]);
    bench.until("it has the signal", || bench.ok(&["logs", "old"]).contains("hup").then_some(()));
    fs::write(&job, fs::read_to_string(&job).unwrap().replace("memory = 64", "memory = 96")).unwrap();
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    assert_eq!(bench.task("old", 0)["pid"].as_u64(), Some(pid), "a limit changes in place");
    bench.ok(&["restart", "old"]);
    bench.until("it is another process", || {
        let task = bench.task("old", 0);
        (task["state"] == "running" && task["pid"].as_u64() != Some(pid)).then_some(())
    });
    // Without it this one's takes over.
    let supervisor = bench.status("old")["jobs"][0]["allocations"][0]["supervisor_pid"].as_u64().unwrap();
    super::harness::kill(supervisor, rustix::process::Signal::KILL);
    let before = bench.until("it is orphaned", || {
        let status = bench.status("old");
        let allocation = &status["jobs"][0]["allocations"][0];
        (allocation["status"] == "orphaned").then(|| allocation["tasks"][0]["pid"].clone())
    });
    bench.ok(&["reconcile"]);
    let after = bench.until_state("old", 0, "running");
    assert_eq!(after["pid"], before);
    bench.ok(&["stop", "old"]);
    assert!(bench.ok(&["logs", "old"]).ends_with("bye\n"));
    bench.purge("old");
    println!("{driver}: an older supervisor was read, asked, replaced and stopped");
}

#[test]
fn an_older_supervisor_of_an_isolated_task_is_managed() {
    if is_root() {
        look_after("exec");
    }
}

#[test]
fn an_older_supervisor_is_managed() {
    look_after("raw_exec");
}
