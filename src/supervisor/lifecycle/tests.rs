//! The life of allocations, told as the actions that follow each input.

use serde_json::json;

use super::{Action, AllocationMachine, Input, Resumption};
use crate::jobspec::Duration;
use crate::plan::{Group, JobType, Task};
use crate::state::{EventKind, Phase, StopCause, TaskExit, TaskPhase};
use crate::supervisor::Moment;

/// A main task of that name, without restarts.
fn task(name: &str) -> Task {
    serde_json::from_value(json!({
        "address": format!("job.j.group.g.task.{name}"),
        "name": name,
        "driver": "raw_exec",
        "lifecycle": { "hook": "main", "sidecar": false },
        "leader": false,
        "command": { "command": "/bin/true", "args": [], "work_dir": "/" },
        "user": { "name": "nobody", "uid": 65534, "gid": 65534, "groups": [], "home": "/" },
        "env": {},
        "env_at_start": [],
        "meta": {},
        "isolation": null,
        "capabilities": { "bounding": [], "permitted": [], "effective": [], "inheritable": [], "ambient": [] },
        "no_new_privileges": true,
        "apparmor_profile": "",
        "resources": {
            "cpu_shares": 100, "cpuset": "", "memory_limit": 0, "memory_reservation": 0, "pids_limit": 0, "written": [],
        },
        "rlimits": {},
        "oom_score_adj": 0,
        "logs": { "max_files": 1, "max_file_size": 1_000_000, "disabled": false },
        "restart": { "attempts": 0, "interval": "100s", "delay": "15s", "mode": "fail" },
        "kill_signal": "SIGINT",
        "kill_timeout": "5s",
        "shutdown_delay": "0s",
    }))
    .unwrap()
}

fn hook(name: &str, hook: &str, sidecar: bool) -> Task {
    let mut task = task(name);
    task.lifecycle = serde_json::from_value(json!({ "hook": hook, "sidecar": sidecar })).unwrap();
    task
}

fn restarting(name: &str, attempts: u32) -> Task {
    let mut task = task(name);
    task.restart.attempts = attempts;
    task
}

fn leader(name: &str) -> Task {
    let mut task = task(name);
    task.leader = true;
    task
}

fn group(tasks: Vec<Task>) -> Group {
    Group {
        ports: std::collections::BTreeMap::new(),
        address: "job.j.group.g".to_owned(),
        name: "g".to_owned(),
        count: 1,
        shutdown_delay: Duration::ZERO,
        max_run_duration: Duration::ZERO,
        meta: [].into(),
        tasks,
    }
}

fn seconds(seconds: i64) -> Duration {
    Duration::from_seconds(seconds)
}

/// An allocation whose world is this test.
struct Trial {
    machine: AllocationMachine,
    now: Moment,
}

impl Trial {
    fn of(group: &Group, job: JobType) -> Self {
        let now = Moment::from_nanoseconds(1_000_000_000_000);
        Self { machine: AllocationMachine::new(group, job, now), now }
    }

    fn service(tasks: Vec<Task>) -> Self {
        Self::of(&group(tasks), JobType::Service)
    }

    fn batch(tasks: Vec<Task>) -> Self {
        Self::of(&group(tasks), JobType::Batch)
    }

    fn index(&self, name: &str) -> usize {
        self.machine.tasks().iter().position(|task| task.name() == name).unwrap()
    }

    /// What follows, in words; records are left out, for what is done does not depend on them.
    fn handle(&mut self, input: Input) -> String {
        let actions = self.machine.handle(self.now, input);
        let name = |task: &usize| self.machine.tasks()[*task].name().to_owned();
        let words = actions.iter().filter_map(|action| match action {
            Action::Start { task } => Some(format!("start {}", name(task))),
            Action::Signal { task, signal } => Some(format!("{signal} {}", name(task))),
            Action::Kill { task } => Some(format!("kill {}", name(task))),
            Action::Abandon { task } => Some(format!("abandon {}", name(task))),
            Action::Record { .. } => None,
            Action::Finish => Some("finish".to_owned()),
        });
        words.collect::<Vec<_>>().join(", ")
    }

    fn begin(&mut self) -> String {
        self.handle(Input::Tick)
    }

    fn started(&mut self, name: &str) -> String {
        let task = self.index(name);
        self.handle(Input::Started { task })
    }

    fn start_failed(&mut self, name: &str) -> String {
        let task = self.index(name);
        self.handle(Input::StartFailed {
            task,
            exit_code: 127,
            message: "not found".to_owned(),
            address: String::new(),
            recoverable: false,
        })
    }

    fn exited(&mut self, name: &str, code: i32) -> String {
        let exit = TaskExit { code: Some(code), signal: 0, oom_killed: false };
        let task = self.index(name);
        self.handle(Input::Ended { task, exit })
    }

    fn stop(&mut self) -> String {
        self.handle(Input::Stop { cause: StopCause::Requested, signal: None, timeout: None })
    }

    /// Lets time pass as the loop would: to each deadline, but not beyond `duration`.
    fn after(&mut self, duration: Duration) -> String {
        let end = self.now.after(duration);
        let mut words = Vec::new();
        while let Some(deadline) = self.machine.deadline().filter(|deadline| *deadline <= end) {
            assert!(deadline > self.now, "a deadline that has passed would make the loop spin");
            self.now = deadline;
            words.push(self.handle(Input::Tick));
        }
        self.now = end;
        words.retain(|word| !word.is_empty());
        words.join(", ")
    }
}

#[test]
fn only_main_tasks_start_at_once_and_end_the_allocation() {
    let mut trial = Trial::batch(vec![task("a"), task("b")]);
    assert_eq!(trial.machine.phase(), Phase::Pending);
    assert_eq!(trial.begin(), "start a, start b");
    assert_eq!(trial.started("a"), "");
    assert_eq!(trial.started("b"), "");
    assert_eq!(trial.machine.phase(), Phase::Running);
    assert_eq!(trial.exited("a", 0), "");
    assert_eq!(trial.exited("b", 0), "finish");
    assert_eq!(trial.machine.phase(), Phase::Complete);
    assert_eq!(trial.machine.deadline(), None);
}

#[test]
fn prestart_runs_before_main() {
    let mut trial = Trial::service(vec![task("main"), hook("init", "prestart", false), hook("side", "prestart", true)]);
    assert_eq!(trial.begin(), "start init, start side");
    assert_eq!(trial.started("init"), "");
    assert_eq!(trial.exited("init", 0), "", "the sidecar has not begun");
    assert_eq!(trial.started("side"), "start main");
}

#[test]
fn main_runs_after_many_prestart_tasks() {
    let mut trial = Trial::service(vec![
        hook("one", "prestart", false),
        hook("two", "prestart", false),
        task("main"),
        hook("three", "prestart", false),
    ]);
    assert_eq!(trial.begin(), "start one, start two, start three");
    for name in ["one", "two", "three"] {
        trial.started(name);
    }
    assert_eq!(trial.exited("two", 0), "");
    assert_eq!(trial.exited("three", 0), "");
    assert_eq!(trial.exited("one", 0), "start main");
}

#[test]
fn a_prestart_task_that_fails_ends_all() {
    let mut trial = Trial::service(vec![hook("init", "prestart", false), hook("side", "prestart", true), task("main")]);
    trial.begin();
    trial.started("init");
    trial.started("side");
    assert_eq!(trial.exited("init", 3), "SIGINT side");
    assert_eq!(trial.exited("side", 0), "finish");
    assert_eq!(trial.machine.phase(), Phase::Failed);
    assert_eq!(trial.machine.reason(), "task \"init\" ended with exit code 3");
    assert!(!trial.machine.tasks()[2].was_attempted());
}

#[test]
fn a_sidecar_that_cannot_start_keeps_main_from_starting() {
    let mut trial = Trial::service(vec![hook("side", "prestart", true), task("main")]);
    assert_eq!(trial.begin(), "start side");
    assert_eq!(trial.start_failed("side"), "finish");
    assert_eq!(trial.machine.reason(), "task \"side\" could not be started: not found");
}

#[test]
fn poststart_starts_after_main() {
    let mut trial = Trial::service(vec![hook("after", "poststart", false), task("a"), task("b")]);
    assert_eq!(trial.begin(), "start a, start b");
    assert_eq!(trial.started("a"), "");
    assert_eq!(trial.started("b"), "start after");
    trial.started("after");
    assert_eq!(trial.exited("after", 0), "");
    assert_eq!(trial.machine.phase(), Phase::Running);
}

#[test]
fn poststop_runs_after_all_others_whether_they_end_fail_or_are_stopped() {
    let tasks = || vec![task("main"), hook("cleanup", "poststop", false), hook("side", "poststart", true)];
    for (code, phase) in [(0, Phase::Complete), (1, Phase::Failed)] {
        let mut trial = Trial::batch(tasks());
        assert_eq!(trial.begin(), "start main");
        assert_eq!(trial.started("main"), "start side");
        trial.started("side");
        assert_eq!(trial.exited("main", code), "SIGINT side");
        assert_eq!(trial.exited("side", 0), "start cleanup");
        trial.started("cleanup");
        assert_eq!(trial.exited("cleanup", 0), "finish");
        assert_eq!(trial.machine.phase(), phase);
    }
    let mut trial = Trial::batch(tasks());
    trial.begin();
    assert_eq!(trial.stop(), "", "it is being started");
    assert_eq!(trial.started("main"), "SIGINT main");
    assert_eq!(trial.exited("main", 130), "start cleanup");
    trial.started("cleanup");
    assert_eq!(trial.exited("cleanup", 0), "finish");
    assert_eq!(trial.machine.phase(), Phase::Stopped);
}

#[test]
fn a_stop_before_the_beginning_starts_nothing() {
    let mut trial = Trial::service(vec![task("main"), hook("cleanup", "poststop", false)]);
    assert_eq!(trial.stop(), "finish");
    assert_eq!(trial.machine.phase(), Phase::Stopped);
}

#[test]
fn the_leader_takes_the_others_with_it_and_is_stopped_first() {
    let tasks = || vec![task("a"), leader("lead"), hook("side", "poststart", true)];
    let begin = || {
        let mut trial = Trial::batch(tasks());
        trial.begin();
        trial.started("a");
        assert_eq!(trial.started("lead"), "start side");
        trial.started("side");
        trial
    };
    let mut trial = begin();
    assert_eq!(trial.exited("lead", 0), "SIGINT a");
    assert_eq!(trial.exited("a", 1), "SIGINT side");
    assert_eq!(trial.exited("side", 0), "finish");
    assert_eq!(trial.machine.phase(), Phase::Complete);

    let mut trial = begin();
    assert_eq!(trial.stop(), "SIGINT lead");
    assert_eq!(trial.exited("lead", 0), "SIGINT a");
    assert_eq!(trial.exited("a", 0), "SIGINT side");
    assert_eq!(trial.exited("side", 0), "finish");
    assert_eq!(trial.machine.phase(), Phase::Stopped);
}

#[test]
fn a_task_that_fails_stops_its_siblings() {
    let mut trial = Trial::service(vec![task("a"), task("b")]);
    trial.begin();
    trial.started("a");
    trial.started("b");
    assert_eq!(trial.exited("a", 7), "SIGINT b");
    assert_eq!(trial.after(seconds(5)), "kill b");
    let exit = TaskExit { code: Some(137), signal: 9, oom_killed: false };
    assert_eq!(trial.handle(Input::Ended { task: 1, exit }), "finish");
    assert_eq!(trial.machine.reason(), "task \"a\" ended with exit code 7");
    assert!(!trial.machine.tasks()[1].has_failed(), "who is stopped has not failed");
}

#[test]
fn a_task_is_started_again_after_the_delay() {
    let mut trial = Trial::service(vec![restarting("a", 2)]);
    trial.begin();
    trial.started("a");
    assert_eq!(trial.exited("a", 1), "");
    assert_eq!(trial.machine.tasks()[0].phase(), TaskPhase::Pending);
    assert_eq!(trial.after(seconds(14)), "");
    assert_eq!(trial.after(seconds(1)), "start a");
    trial.started("a");
    assert_eq!(trial.exited("a", 0), "", "a service goes on after success, too");
    assert_eq!(trial.after(seconds(15)), "start a");
    trial.started("a");
    assert_eq!(trial.exited("a", 1), "finish");
    assert_eq!((trial.machine.tasks()[0].restarts(), trial.machine.phase()), (2, Phase::Failed));
}

#[test]
fn a_stop_while_waiting_for_a_restart_ends_it() {
    let mut trial = Trial::service(vec![restarting("a", 2)]);
    trial.begin();
    trial.started("a");
    trial.exited("a", 1);
    assert_eq!(trial.stop(), "finish");
    assert_eq!(trial.machine.phase(), Phase::Stopped);
    assert_eq!(trial.after(seconds(100)), "");
}

#[test]
fn what_does_not_stop_is_killed_and_at_last_given_up() {
    let mut trial = Trial::service(vec![task("a")]);
    trial.begin();
    trial.started("a");
    assert_eq!(trial.stop(), "SIGINT a");
    assert_eq!(trial.after(seconds(4)), "");
    assert_eq!(trial.after(seconds(1)), "kill a");
    assert_eq!(trial.after(seconds(14)), "");
    assert_eq!(trial.after(seconds(1)), "abandon a, finish");
    assert_eq!(trial.machine.tasks()[0].exit().unwrap().code, None);
}

#[test]
fn a_stop_takes_its_own_signal_and_time_and_none_is_at_once() {
    let mut trial = Trial::service(vec![task("a")]);
    trial.begin();
    trial.started("a");
    let stop = |timeout| Input::Stop {
        cause: StopCause::Requested,
        signal: Some("SIGUSR1".to_owned()),
        timeout: Some(timeout),
    };
    assert_eq!(trial.handle(stop(seconds(1))), "SIGUSR1 a");
    assert_eq!(trial.after(seconds(1)), "kill a");

    let mut trial = Trial::service(vec![task("a")]);
    trial.begin();
    trial.started("a");
    assert_eq!(trial.handle(stop(Duration::ZERO)), "kill a");
}

#[test]
fn delays_come_before_the_signal() {
    let mut delayed = task("a");
    delayed.shutdown_delay = seconds(3);
    let mut group = group(vec![delayed, restarting("b", 1)]);
    group.shutdown_delay = seconds(10);
    let mut trial = Trial::of(&group, JobType::Service);
    trial.begin();
    trial.started("a");
    trial.started("b");
    assert_eq!(trial.stop(), "");
    assert_eq!(trial.exited("b", 1), "", "what ends meanwhile is not started again");
    assert_eq!(trial.after(seconds(12)), "");
    assert_eq!(trial.after(seconds(1)), "SIGINT a");
    assert_eq!(trial.handle(Input::Kill), "kill a");
}

#[test]
fn a_kill_waits_for_nothing_and_leaves_out_poststop() {
    let mut trial = Trial::service(vec![task("a"), task("b"), hook("cleanup", "poststop", false)]);
    trial.begin();
    trial.started("a");
    assert_eq!(trial.handle(Input::Kill), "kill a");
    assert_eq!(trial.started("b"), "kill b");
    trial.exited("a", 137);
    assert_eq!(trial.exited("b", 137), "finish");

    let mut trial = Trial::service(vec![task("a"), hook("cleanup", "poststop", false)]);
    trial.begin();
    trial.started("a");
    trial.stop();
    assert_eq!(trial.exited("a", 0), "start cleanup");
    trial.started("cleanup");
    assert_eq!(trial.handle(Input::Kill), "kill cleanup");
    assert_eq!(trial.exited("cleanup", 137), "finish");
}

#[test]
fn a_group_runs_no_longer_than_it_may() {
    let mut group = group(vec![task("a")]);
    group.max_run_duration = seconds(60);
    let mut trial = Trial::of(&group, JobType::Batch);
    trial.begin();
    trial.started("a");
    assert_eq!(trial.after(seconds(59)), "");
    assert_eq!(trial.after(seconds(1)), "SIGINT a");
    assert_eq!(trial.exited("a", 0), "finish");
    assert_eq!(trial.machine.phase(), Phase::Failed);
}

#[test]
fn a_restart_on_demand_counts_for_nothing() {
    let mut trial = Trial::service(vec![restarting("a", 1)]);
    trial.begin();
    for _ in 0..3 {
        trial.started("a");
        assert_eq!(trial.handle(Input::Restart { task: 0 }), "SIGINT a");
        assert_eq!(trial.handle(Input::Restart { task: 0 }), "", "it is under way");
        assert_eq!(trial.exited("a", 1), "start a");
    }
    trial.started("a");
    assert_eq!(trial.exited("a", 1), "", "the one attempt of the policy is still there");
    assert_eq!(trial.handle(Input::Restart { task: 0 }), "start a", "no need to wait");
    trial.started("a");
    assert_eq!(trial.handle(Input::Restart { task: 0 }), "SIGINT a");
    assert_eq!(trial.stop(), "");
    assert_eq!(trial.exited("a", 1), "finish", "the stop is the last word");
}

#[test]
fn an_end_for_want_of_memory_is_said() {
    let mut trial = Trial::batch(vec![task("a")]);
    trial.begin();
    trial.started("a");
    let exit = TaskExit { code: Some(137), signal: 9, oom_killed: true };
    let actions = trial.machine.handle(trial.now, Input::Ended { task: 0, exit });
    let kinds: Vec<_> = actions
        .iter()
        .filter_map(|action| match action {
            Action::Record { kind, .. } => Some(kind.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, [EventKind::OomKilled, EventKind::Exited, EventKind::NotRestarting, EventKind::Finished]);
    assert_eq!(trial.machine.reason(), "task \"a\" used more memory than its limit allows");
}

#[test]
fn another_supervisor_goes_on() {
    let mut trial = Trial::service(vec![
        hook("init", "prestart", false),
        restarting("main", 1),
        task("pending"),
        hook("after", "poststart", false),
    ]);
    let resumption = |phase, begun, attempts| Resumption {
        phase,
        failed: false,
        restarts: attempts,
        attempts,
        interval_began: Some(trial.now),
        exit: None,
        begun,
    };
    let records = [
        resumption(TaskPhase::Dead, true, 0),
        resumption(TaskPhase::Running, true, 1),
        resumption(TaskPhase::Pending, true, 0),
        resumption(TaskPhase::Pending, false, 0),
    ];
    for (index, record) in records.iter().enumerate() {
        trial.machine.task_mut(index).resume(record);
    }
    assert_eq!(trial.machine.phase(), Phase::Running);
    assert_eq!(
        trial.begin(),
        "start pending, start after",
        "what waited to be started again is; what had its turn is not"
    );
    trial.started("pending");
    trial.started("after");
    assert_eq!(trial.exited("main", 1), "SIGINT pending, SIGINT after", "its one restart was used before");
}
