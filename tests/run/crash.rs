//! SIGKILL at each of our processes: nothing is lost, nothing runs twice, nothing invented.

use std::os::unix::fs::PermissionsExt;

use rustix::process::Signal;

use super::harness::{Bench, kill, processes};

const SERVICE: &str = r#"
    task "main" {
      driver = "raw_exec"
      config {
        command = "/bin/sh"
        args    = ["-c", "trap 'echo bye; exit 5' INT; echo ready; while :; do sleep 0.02; done"]
      }
      restart {
        attempts = 0
        mode     = "fail"
      }
    }"#;

fn supervisor(bench: &Bench, job: &str) -> u64 {
    bench.status(job)["jobs"][0]["allocations"][0]["supervisor_pid"].as_u64().unwrap()
}

fn start(bench: &Bench, name: &str) -> u64 {
    let job = bench.job(name, "service", SERVICE);
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    bench.until("it is ready", || bench.ok(&["logs", name]).contains("ready").then_some(()));
    bench.until_state(name, 0, "running")["pid"].as_u64().unwrap()
}

#[test]
fn a_killed_supervisor_leaves_the_task_running_and_stop_takes_over() {
    let bench = Bench::new();
    let pid = start(&bench, "orphan");
    kill(supervisor(&bench, "orphan"), Signal::KILL);
    let status = bench.until("it is orphaned", || {
        let status = bench.status("orphan");
        (status["jobs"][0]["allocations"][0]["status"] == "orphaned").then_some(status)
    });
    let allocation = &status["jobs"][0]["allocations"][0];
    assert_eq!(allocation["supervisor_pid"], serde_json::Value::Null);
    assert_eq!(allocation["tasks"][0]["pid"].as_u64(), Some(pid));
    assert!(bench.ok(&["status", "orphan"]).contains("its supervisor is gone"));
    bench.ok(&["stop", "orphan"]);
    assert_eq!(bench.ok(&["logs", "orphan"]), "ready\nbye\n", "asked to stop, not killed");
    assert_eq!(bench.task("orphan", 0)["exit_code"], 5);
    assert_eq!(bench.events("orphan", ""), ["received", "adopted", "finished"]);
    bench.purge("orphan");
}

#[test]
fn run_adopts_and_starts_nothing_twice() {
    let bench = Bench::new();
    let pid = start(&bench, "adopted");
    kill(supervisor(&bench, "adopted"), Signal::KILL);
    bench.ok(&["run", "--detach", bench.path("adopted.hcl").to_str().unwrap()]);
    assert_eq!(bench.until_state("adopted", 0, "running")["pid"].as_u64(), Some(pid));
    assert_eq!(bench.allocations().len(), 1);
    bench.purge("adopted");
}

#[test]
fn an_exit_without_a_supervisor_is_recorded_and_found() {
    let bench = Bench::new();
    let pid = start(&bench, "recorded");
    kill(supervisor(&bench, "recorded"), Signal::KILL);
    kill(pid, Signal::INT);
    let id = bench.allocations()[0].clone();
    bench.until("its processes are gone", || processes(&id).is_empty().then_some(()));
    bench.ok(&["stop", "recorded"]);
    let task = bench.task("recorded", 0);
    assert_eq!((task["exit_code"].as_i64(), task["failed"].as_bool()), (Some(5), Some(true)));
    bench.purge("recorded");
}

#[test]
fn a_killed_init_takes_the_task_with_it_and_its_output_is_saved() {
    let bench = Bench::new();
    let pid = start(&bench, "watched");
    let init = parent(pid);
    kill(init, Signal::KILL);
    let task = bench.until_state("watched", 0, "dead");
    assert_eq!(task["exit_code"], serde_json::Value::Null, "nobody can know it");
    assert!(bench.ok(&["logs", "watched"]).starts_with("ready\n"));
    bench.assert_nothing_left(&bench.allocations());
    bench.purge("watched");
}

/// The supervisor that began the run held the pipes; the one that took over has them from init.
#[test]
fn output_is_saved_from_a_killed_init_also_by_another_supervisor() {
    if !super::harness::is_root() {
        return;
    }
    let bench = Bench::new();
    let written = bench.path("written");
    let script =
        format!("trap 'echo last words; : > {}' HUP; echo ready; while :; do sleep 0.02; done", written.display());
    let job = bench.job(
        "words",
        "service",
        &SERVICE.replace("trap 'echo bye; exit 5' INT; echo ready; while :; do sleep 0.02; done", &script),
    );
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    bench.until("it is ready", || bench.ok(&["logs", "words"]).contains("ready").then_some(()));
    let pid = bench.until_state("words", 0, "running")["pid"].as_u64().unwrap();
    let old = supervisor(&bench, "words");
    kill(old, Signal::KILL);
    bench.until("it is reconciled", || {
        bench.ok(&["reconcile"]);
        let new = bench.status("words")["jobs"][0]["allocations"][0]["supervisor_pid"].as_u64();
        new.filter(|new| *new != old)
    });
    let init = parent(pid);
    kill(init, Signal::STOP);
    kill(pid, Signal::HUP);
    bench.until("it has written", || written.exists().then_some(()));
    kill(init, Signal::KILL);
    bench.until_state("words", 0, "dead");
    assert_eq!(bench.ok(&["logs", "words"]), "ready\nlast words\n");
    bench.purge("words");
}

#[test]
fn an_attached_run_replaces_its_killed_supervisor() {
    let bench = Bench::new();
    let job = bench.job("attached", "service", SERVICE);
    let child = bench.start(&job);
    bench.until("it is ready", || {
        let output = bench.jobctl(&["logs", "attached"]);
        super::harness::text(&output.stdout).contains("ready").then_some(())
    });
    let old = supervisor(&bench, "attached");
    kill(old, Signal::KILL);
    bench.until("there is another supervisor", || {
        let status = bench.status("attached");
        let new = status["jobs"][0]["allocations"][0]["supervisor_pid"].as_u64();
        new.filter(|new| *new != old)
    });
    kill(child.id().into(), Signal::INT);
    let (code, stdout, stderr) = super::harness::wait(child);
    assert_eq!(code, Some(0), "{stderr}");
    assert_eq!(stdout, "main | ready\nmain | bye\n");
    bench.purge("attached");
}

#[test]
fn when_command_and_supervisor_are_killed_the_task_ends_too() {
    let bench = Bench::new();
    let job = bench.job("both", "service", SERVICE);
    let mut child = bench.start(&job);
    bench.until("it is ready", || {
        let output = bench.jobctl(&["logs", "both"]);
        super::harness::text(&output.stdout).contains("ready").then_some(())
    });
    let supervisor = supervisor(&bench, "both");
    // Stopped, neither can act on the other's death.
    kill(child.id().into(), Signal::STOP);
    kill(supervisor, Signal::KILL);
    child.kill().unwrap();
    child.wait().unwrap();
    let id = bench.allocations()[0].clone();
    bench.until("its processes are gone", || processes(&id).is_empty().then_some(()));
    bench.until("it is lost", || (bench.status("both")["jobs"][0]["allocations"][0]["status"] == "lost").then_some(()));
    bench.ok(&["stop", "both"]);
    bench.purge("both");
}

fn parent(pid: u64) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let (_, fields) = stat.rsplit_once(')').unwrap();
    fields.split_ascii_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn reconcile_adopts_starts_what_was_lost_and_leaves_what_ended() {
    let bench = Bench::new();
    let pid = start(&bench, "adopted");
    let batch = bench.job(
        "ended",
        "batch",
        "task \"main\" {\n driver = \"raw_exec\"\n config {\n command = \"/bin/true\"\n }\n }",
    );
    bench.ok(&["run", "--detach", batch.to_str().unwrap()]);
    bench.until_state("ended", 0, "dead");
    kill(supervisor(&bench, "adopted"), Signal::KILL);
    bench.ok(&["reconcile"]);
    assert_eq!(bench.until_state("adopted", 0, "running")["pid"].as_u64(), Some(pid));
    assert!(bench.status("adopted")["jobs"][0]["allocations"][0]["supervisor_pid"].as_u64().is_some());
    assert_eq!(bench.allocations().len(), 2, "nothing was started");

    // As a reboot leaves it: a status of another boot, and no process.
    kill(supervisor(&bench, "adopted"), Signal::KILL);
    let allocation = bench.status("adopted")["jobs"][0]["allocations"][0]["id"].as_str().unwrap().to_owned();
    let file = bench.state().join("allocs").join(&allocation).join("status.json");
    let boot_id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    let status = std::fs::read_to_string(&file).unwrap().replace(boot_id.trim(), "another-boot");
    std::fs::write(&file, status).unwrap();
    kill(pid, Signal::KILL);
    bench.until("its processes are gone", || processes(&allocation).is_empty().then_some(()));
    assert_eq!(bench.status("adopted")["jobs"][0]["allocations"][0]["status"], "lost");
    bench.ok(&["reconcile"]);
    let task = bench.until_state("adopted", 0, "running");
    assert_ne!(task["pid"].as_u64(), Some(pid));
    assert_eq!(bench.allocations().len(), 3);
    assert_eq!(bench.status("ended")["jobs"][0]["status"], "complete");
    bench.ok(&["stop", "ended", "--purge"]);
    bench.purge("adopted");
}

#[test]
fn plans_nothing_refers_to_are_dropped() {
    let bench = Bench::new();
    start(&bench, "used");
    let stray = bench.state().join("plans");
    let plan = std::fs::read_dir(&stray).unwrap().next().unwrap().unwrap().path();
    let mut text = std::fs::read_to_string(&plan).unwrap();
    text = text.replace("\"used\"", "\"gone\"");
    let digest = jobctl::plan::Digest::of(text.as_bytes());
    let stray = stray.join(format!("{digest}.json"));
    std::fs::write(&stray, text).unwrap();
    std::fs::set_permissions(&stray, std::fs::Permissions::from_mode(0o600)).unwrap();
    bench.ok(&["reconcile"]);
    assert!(!stray.exists());
    assert!(plan.exists());
    bench.purge("used");
}
