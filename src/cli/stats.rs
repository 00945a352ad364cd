//! `jobctl stats`: what running tasks take, once or again and again.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::time::Duration as Time;

use jiff::Timestamp;
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde::Serialize;

use super::instance::Instance;
use super::{Exit, Global, Output, jobs, stats_view};
use crate::host;
use crate::jobspec::Duration;
use crate::state::{self, Condition, Found, Store, TaskPhase, TaskStatus};
use crate::stats::{ProcessTable, Sample, Usage};

/// Between the first two samples: long enough for a percentage, too short to wait for.
const FIRST: Time = Time::from_millis(250);

/// Arguments of `jobctl stats`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The job, or a part of it: JOB[/GROUP[INDEX]][/TASK]; all jobs if none is named
    #[arg(value_name = "JOB")]
    job: Option<String>,
    /// One of its tasks
    #[arg(value_name = "TASK")]
    task: Option<String>,
    /// The namespace of the job
    #[arg(long, default_value = "default", value_name = "NAME")]
    namespace: String,
    /// How often; 0 for once, percentages being of the whole time since each task began
    #[arg(short, long, default_value = "1s", value_name = "DURATION", value_parser = Duration::parse)]
    interval: Duration,
    /// Print once and end, as where standard output is no terminal
    #[arg(long)]
    once: bool,
    /// Print JSON, one line each time
    #[arg(long)]
    json: bool,
}

/// One line of `stats --json`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StatsReport {
    /// When.
    pub time: Timestamp,
    /// What the tasks that run take, sorted by job, group, index and place in the job.
    pub tasks: Vec<TaskStats>,
}

/// What one task takes.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TaskStats {
    /// The job's identifier.
    pub job: String,
    /// Its namespace.
    pub namespace: String,
    /// The allocation's identifier.
    pub allocation: String,
    /// The group's name.
    pub group: String,
    /// Which of the group's `count`.
    pub index: u32,
    /// The task's name.
    pub task: String,
    /// What it takes.
    #[serde(flatten)]
    pub usage: Usage,
}

/// Measures running tasks again and again: each time what they took since the time before.
#[derive(Debug)]
pub struct Sampler {
    samples: BTreeMap<Key, Sample>,
    mhz: u32,
}

impl Sampler {
    /// Nothing is measured yet: the first sample is of each task's whole life.
    pub fn new() -> Self {
        Self { samples: BTreeMap::new(), mhz: host::cpu_mhz() }
    }

    /// What these tasks took.
    pub fn sample(&mut self, running: Vec<Running>) -> StatsReport {
        let now = read(&running);
        let report = report(running, &self.samples, &now, self.mhz);
        self.samples = now;
        report
    }
}

/// A task that runs.
#[derive(Debug)]
pub struct Running {
    job: String,
    namespace: String,
    allocation: String,
    group: String,
    index: u32,
    status: TaskStatus,
}

/// Which run of a task a sample is of.
type Key = (String, String, Option<u32>);

/// Prints what the tasks take.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Exit {
    match show(arguments, global, output) {
        Ok(exit) => exit,
        Err(error) => {
            output.error(&error);
            Exit::Failure
        }
    }
}

fn show(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<Exit, state::Error> {
    let store = jobs::open(global)?;
    let screen = !arguments.json && io::stdout().is_terminal();
    let once = arguments.once || arguments.interval <= Duration::ZERO || !(screen || arguments.json);
    let mut sampler = Sampler::new();
    let interrupts = if once { None } else { interrupts().ok() };
    let mut pause = Time::ZERO;
    for round in 0u64.. {
        let Some(running) = arguments.running(store.as_ref(), output)? else { return Ok(Exit::Failure) };
        if running.is_empty() && arguments.job.is_some() {
            if round == 0 {
                output.failure("nothing of it runs", None);
                return Ok(Exit::Failure);
            }
            return Ok(Exit::Success);
        }
        let life = arguments.interval <= Duration::ZERO;
        let report = sampler.sample(running);
        if round > 0 || life {
            let exit = if arguments.json {
                output.finish_line(&report)
            } else {
                stats_view::show(&report, screen && !once, output)
            };
            if once || exit != Exit::Success {
                return Ok(exit);
            }
        }
        let whole = arguments.interval.to_std();
        pause = if pause.is_zero() { FIRST.min(whole) } else { whole };
        if wait(pause, interrupts.as_ref()) {
            return Ok(Exit::Success);
        }
    }
    Ok(Exit::Success)
}

impl Arguments {
    /// The tasks that are meant and run; `None` if there is no such job, which is said.
    fn running(&self, store: Option<&Store>, output: &mut Output) -> Result<Option<Vec<Running>>, state::Error> {
        let Some(job) = &self.job else {
            let (all, _) = store.map(Store::survey).transpose()?.unwrap_or_default();
            let current = jobs::current_of_each(all);
            return Ok(Some(current.values().flatten().flat_map(all_running).collect()));
        };
        let instance = Instance::new(job.clone(), self.namespace.clone());
        let Some(named) = jobs::find(store, &instance, self.task.as_deref(), output)? else { return Ok(None) };
        let meant = named.allocations.iter().filter(|found| named.part.has(found));
        Ok(Some(meant.flat_map(|found| running(found, |task| named.part.has_task(task))).collect()))
    }
}

/// All tasks of an allocation that run.
pub fn all_running(found: &Found) -> Vec<Running> {
    running(found, |_| true)
}

/// The tasks of an allocation that run.
fn running(found: &Found, wanted: impl Fn(&str) -> bool) -> Vec<Running> {
    if !matches!(found.condition, Condition::Supervised | Condition::Orphaned) {
        return Vec::new();
    }
    let tasks = found.status.iter().flat_map(|status| &status.tasks);
    let tasks = tasks.filter(|task| task.phase == TaskPhase::Running && wanted(&task.name));
    tasks
        .map(|status| Running {
            job: found.launch.job.clone(),
            namespace: found.launch.namespace.clone(),
            allocation: found.launch.id.to_string(),
            group: found.launch.group.clone(),
            index: found.launch.index,
            status: status.clone(),
        })
        .collect()
}

impl Running {
    fn key(&self) -> Key {
        let process = self.status.process.as_ref().map(|process| process.pid);
        (self.allocation.clone(), self.status.name.clone(), process)
    }
}

fn read(running: &[Running]) -> BTreeMap<Key, Sample> {
    let mut table: Option<ProcessTable> = None;
    running.iter().map(|task| (task.key(), Sample::read(&task.status, &mut table))).collect()
}

/// A task that was not there before is measured from its beginning.
fn report(running: Vec<Running>, before: &BTreeMap<Key, Sample>, now: &BTreeMap<Key, Sample>, mhz: u32) -> StatsReport {
    let mut tasks = Vec::new();
    for task in running {
        let key = task.key();
        let Some(second) = now.get(&key) else { continue };
        let began = || Sample::before(task.status.started.unwrap_or(second.time));
        let usage = match before.get(&key) {
            Some(first) => Usage::between(first, second, mhz),
            None => Usage::between(&began(), second, mhz),
        };
        let Running { job, namespace, allocation, group, index, status } = task;
        tasks.push(TaskStats { job, namespace, allocation, group, index, task: status.name, usage });
    }
    StatsReport { time: Timestamp::now(), tasks }
}

/// Ctrl-C is how watching ends.
fn interrupts() -> io::Result<SignalFd> {
    let mut set = SigSet::empty();
    set.add(Signal::SIGINT);
    set.add(Signal::SIGTERM);
    set.thread_block()?;
    Ok(SignalFd::with_flags(&set, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?)
}

/// Whether it was interrupted.
fn wait(time: Time, interrupts: Option<&SignalFd>) -> bool {
    let time = Timespec::try_from(time).ok();
    let mut watched: Vec<_> =
        interrupts.iter().map(|signals| PollFd::from_borrowed_fd(signals.as_fd(), PollFlags::IN)).collect();
    poll(&mut watched, time.as_ref()).is_ok_and(|ready| ready > 0)
}
