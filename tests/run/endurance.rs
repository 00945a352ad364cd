//! Again and again: no descriptor, mount, cgroup, file or memory is left by a run. `JOBCTL_ROUNDS` says how often; a few are part of the suite.

use std::fs;

use super::harness::{Bench, is_root};

fn rounds() -> usize {
    std::env::var("JOBCTL_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(8)
}

fn files(bench: &Bench) -> usize {
    let mut count = 0;
    let mut open = vec![bench.state()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            count += 1;
            if entry.file_type().unwrap().is_dir() {
                open.push(entry.path());
            }
        }
    }
    count
}

fn mounts() -> usize {
    fs::read_to_string("/proc/self/mountinfo").unwrap().lines().count()
}

#[test]
fn starts_and_stops_leave_nothing() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    let body = "task \"t\" {\n driver = \"exec\"\n config {\n command = \"/bin/sleep\"\n args = [\"100000\"]\n }\n }";
    let job = bench.job("rounds", "service", body);
    let job = job.to_str().unwrap();
    let round = || {
        bench.ok(&["run", "--detach", job]);
        bench.ok(&["stop", "rounds", "--timeout", "0"]);
    };
    // As many as are kept, so that from now on one goes for each that comes.
    (0..7).for_each(|_| round());
    let before = (files(&bench), mounts());
    (0..rounds()).for_each(|_| round());
    assert_eq!((files(&bench), mounts()), before);
    bench.assert_nothing_left(&bench.allocations());
    bench.purge("rounds");
    println!(
        "{} starts and stops: {} files in the state directory before and after, no mount, cgroup or process left",
        rounds(),
        before.0
    );
}

/// What a process holds: descriptors, and resident memory in KiB.
fn holds(pid: u64) -> (usize, u64) {
    let descriptors = fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count();
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    (descriptors, resident.trim().trim_end_matches(" kB").parse().unwrap())
}

#[test]
fn a_task_that_fails_without_end_costs_its_supervisor_nothing() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    let body = "task \"t\" {\n driver = \"exec\"\n config {\n command = \"/bin/sh\"\n args = [\"-c\", \"echo again; exit 1\"]\n }\n \
                restart {\n attempts = 1000000\n delay = \"0s\"\n interval = \"1000h\"\n mode = \"fail\"\n }\n }";
    let job = bench.job("again", "service", body);
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    let restarts = || bench.task("again", 0)["restarts"].as_u64().unwrap_or(0);
    // However slow the machine is, a few more come soon.
    let until = |count: u64| {
        for count in (0..count).step_by(10).chain([count]) {
            bench.until(&format!("{count} restarts"), || (restarts() >= count).then_some(()));
        }
    };
    until(20);
    let supervisor = bench.status("again")["jobs"][0]["allocations"][0]["supervisor_pid"].as_u64().unwrap();
    let mounted = mounts();
    // Over a few restarts: in some moment of them it holds least.
    let least = || {
        let end = restarts() + 10;
        let mut least = holds(supervisor);
        while restarts() < end {
            let (descriptors, resident) = holds(supervisor);
            least = (least.0.min(descriptors), least.1.min(resident));
        }
        least
    };
    let early = least();
    // With 1,000 rounds as many as one that fails at once has in a day by the default policy's delay of 15 seconds.
    let more = 20 + rounds() as u64 * 576 / 100;
    until(more);
    let late = least();
    assert!(late.0 <= early.0 + 4, "descriptors: {early:?} {late:?}");
    assert!(late.1 <= early.1 + 512, "memory: {early:?} {late:?}");
    assert_eq!(mounts(), mounted);
    let id = bench.allocations().remove(0);
    let journal: u64 = fs::read_dir(bench.state().join("allocs").join(id))
        .unwrap()
        .flatten()
        .map(|entry| entry.metadata().unwrap().len())
        .sum();
    assert!(journal < 4 << 20, "{journal}");
    bench.purge("again");
    println!(
        "{more} restarts: the supervisor held {} descriptors and {} KiB early, {} and {} late",
        early.0, early.1, late.0, late.1
    );
}
