//! Random kills of every process there is, one after the other: no task twice, none lost, no line lost, nothing left.
//!
//! `JOBCTL_KILLS` says how many (and `JOBCTL_SEED` which); a few are part of the suite.

use std::collections::BTreeMap;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use serde_json::Value;

use super::harness::{Bench, is_root};

/// A small generator of numbers (splitmix64).
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

pub(super) fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Kills a process if it is still there, and waits for its end.
pub(super) fn kill(pid: u64) -> bool {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    let Ok(process) = pidfd_open(pid, PidfdFlags::empty()) else { return false };
    let killed = pidfd_send_signal(&process, Signal::KILL).is_ok();
    // The signal is on its way when the call returns, and its receiver may still be there.
    rustix::io::retry_on_intr(|| poll(&mut [PollFd::new(&process, PollFlags::IN)], None)).unwrap();
    killed
}

fn matrix(driver: &str, kills: u64, random: &mut Random) {
    let bench = Bench::new();
    // Whoever runs holds the lock; each line is one write.
    let script = "cd $NOMAD_ALLOC_DIR/data; exec 9>>lock; flock -n 9; [ $? -ne 1 ] || echo double >> doubles; \
                  read run < /proc/sys/kernel/random/uuid; i=0; while :; do echo \"$run $i\"; i=$((i+1)); \
                  [ $((i % 20)) -ne 0 ] || sleep 0.01; done";
    let body = format!(
        "task \"main\" {{\n driver = \"{driver}\"\n config {{\n command = \"/bin/sh\"\n args = [\"-c\", {script:?}]\n }}\n \
         restart {{\n attempts = 1000000\n delay = \"1ms\"\n interval = \"1000h\"\n mode = \"fail\"\n }}\n logs {{\n max_files = 100\n max_file_size = 1\n }}\n }}"
    );
    let job = bench.job("matrix", "service", &body);
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    let mut killed = [0; 3];
    for kill_number in 0..kills {
        std::thread::sleep(std::time::Duration::from_millis(random.below(40)));
        let status = bench.status("matrix");
        let allocation = &status["jobs"][0]["allocations"][0];
        let role = usize::try_from(random.below(3)).unwrap();
        let victim = match role {
            0 => allocation["supervisor_pid"].as_u64(),
            1 => allocation["tasks"][0]["pid"].as_u64(),
            _ => allocation["tasks"][0]["pid"].as_u64().and_then(parent),
        };
        let hit = victim.is_some_and(kill);
        killed[role] += u32::from(hit);
        if hit && random.below(2) == 0 {
            bench.ok(&["reconcile"]);
        }
        if kill_number % 10 == 9 {
            bench.ok(&["reconcile"]);
            bench.until_state("matrix", 0, "running");
        }
    }
    bench.ok(&["reconcile"]);
    bench.until_state("matrix", 0, "running");
    bench.ok(&["stop", "matrix"]);
    let ids = bench.allocations();
    assert_eq!(ids.len(), 1, "one allocation all the time");
    let data = bench.state().join("allocs").join(&ids[0]).join("alloc/data");
    assert!(data.join("lock").exists() && !data.join("doubles").exists(), "no task ran twice at once");
    let (runs, lines) = check_lines(&bench.ok(&["logs", "matrix", "--stdout"]));
    bench.purge("matrix");
    let [supervisors, tasks, inits] = killed;
    println!(
        "{driver}: killed {supervisors} supervisors, {tasks} tasks, {inits} inits; {runs} runs, {lines} lines; 0 lost or torn, 0 twice, nothing left"
    );
}

/// Every run counts from zero, and leaves out nothing. How many runs, and how many lines.
fn check_lines(text: &str) -> (usize, usize) {
    let mut next: BTreeMap<&str, u64> = BTreeMap::new();
    let mut before = "";
    for line in text.lines() {
        let (run, count) = line.rsplit_once(' ').unwrap_or_else(|| panic!("a torn line after {before:?}: {line:?}"));
        let expected = next.entry(run).or_insert(0);
        assert_eq!(count.parse(), Ok(*expected), "after {before:?}");
        *expected += 1;
        before = line;
    }
    assert!(next.len() > 1, "it was started several times");
    (next.len(), text.lines().count())
}

fn parent(pid: u64) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let parent = fields.split_ascii_whitespace().nth(1)?.parse().ok()?;
    let command = std::fs::read_to_string(format!("/proc/{parent}/cmdline")).ok()?;
    command.starts_with("jobctl-init").then_some(parent)
}

#[test]
fn any_process_may_be_killed_at_any_time() {
    let (kills, seed) = (number("JOBCTL_KILLS", 30), number("JOBCTL_SEED", 1));
    matrix("raw_exec", kills, &mut Random(seed));
}

#[test]
fn any_process_of_an_isolated_task_may_be_killed_at_any_time() {
    if is_root() {
        let (kills, seed) = (number("JOBCTL_KILLS", 30), number("JOBCTL_SEED", 2));
        matrix("exec", kills, &mut Random(seed));
    }
}

/// What `status --json` says of one allocation is there in any state of it.
#[test]
fn an_apply_that_is_killed_leaves_nothing_half_done() {
    let bench = Bench::new();
    let body =
        "task \"main\" {\n driver = \"raw_exec\"\n config {\n command = \"/bin/sleep\"\n args = [\"1000\"]\n }\n }";
    let job = bench.job("cut", "service", body);
    let mut random = Random(number("JOBCTL_SEED", 3));
    for _ in 0..number("JOBCTL_KILLS", 30) {
        let mut child = bench.command(&["run", "--detach", job.to_str().unwrap()]).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(random.below(40)));
        let _ = child.kill();
        child.wait().unwrap();
    }
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    bench.until_state("cut", 0, "running");
    let status = bench.status("cut");
    let running: Vec<&Value> = status["jobs"][0]["allocations"].as_array().unwrap().iter().collect();
    assert_eq!(running.len(), 1, "{status:#}");
    bench.purge("cut");
}
