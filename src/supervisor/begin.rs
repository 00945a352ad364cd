//! The beginning of a supervisor: it takes an allocation over, a new one or one that has lost its supervisor.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::os::fd::{AsFd, OwnedFd};

use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

use super::control::Server;
use super::execution::{Execution, clear_away};
use super::failure::with_causes;
use super::instructions::Instructions;
use super::lifeline::Link;
use super::record::{Record, Times};
use super::supervision::Supervision;
use super::{Action, AllocationMachine, Failure, Input, Moment, Resumption, directories, remains};
use crate::linux::cgroup::{self, CgroupError, Unit};
use crate::role;
use crate::state::{self, AllocationStatus, EventKind, Launch, SharedVolume, Store, TaskPhase};

/// Why an allocation cannot be taken over.
#[derive(Debug, thiserror::Error)]
enum BeginError {
    #[error(transparent)]
    State(#[from] state::Error),
    #[error("{0} is not there")]
    Missing(String),
    #[error("cannot make the directory {path}")]
    Directory { path: String, source: io::Error },
    #[error("cannot {what}")]
    Io { what: &'static str, source: io::Error },
}

/// The life of a supervisor process; its exit code.
pub fn run() -> i32 {
    let Ok(beginning) = role::begin::<Instructions>() else { return 125 };
    // What we make is ours alone, unless it says otherwise.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let Ok(((), descriptors)) = beginning.report.take() else { return 125 };
    match take_over(&beginning.instructions, descriptors) {
        Ok((mut supervision, actions)) => {
            supervision.run(beginning.report, actions);
            0
        }
        Err(error) => {
            let _ = beginning.report.failed(&Failure::of(&error));
            125
        }
    }
}

/// The allocation, and what is to be done first.
fn take_over(instructions: &Instructions, descriptors: Vec<OwnedFd>) -> Result<(Supervision, Vec<Action>), BeginError> {
    let missing = |what: &str| BeginError::Missing(what.to_owned());
    let store = Store::open(&instructions.state)?.ok_or_else(|| missing("the state directory"))?;
    let allocation = store.allocation(&instructions.allocation)?.ok_or_else(|| missing("the allocation"))?;
    let ownership = allocation.take_ownership()?;
    let launch = allocation.launch()?.ok_or_else(|| missing("the launch document"))?;
    let left = if launch.detached { leave_session(&launch, instructions.adopt) } else { Ok(()) };
    let status = if instructions.adopt { allocation.status()? } else { None };
    let digest = status.as_ref().map_or(&launch.digest, |status| &status.digest).clone();
    let plan = store.plan(&digest)?.ok_or_else(|| BeginError::Missing(format!("plan {digest}")))?;
    let group = plan.groups.into_iter().find(|group| group.name == launch.group);
    let group = group.ok_or_else(|| BeginError::Missing(format!("group {:?} in plan {digest}", launch.group)))?;
    let machine = AllocationMachine::new(&group, plan.job.kind, Moment::now());
    let journal = allocation.journal()?;
    let times = group.tasks.iter().map(|_| Times::default()).collect();
    let control = Server::bind(&allocation).map_err(|source| BeginError::Io { what: "listen for commands", source })?;
    remains::take_in().map_err(|source| BeginError::Io { what: "take in what is left by inits", source })?;
    let signals = signals().map_err(|source| BeginError::Io { what: "wait for signals", source })?;
    let hostname = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let mut supervision = Supervision {
        executions: group.tasks.iter().map(|_| None).collect(),
        inits: BTreeMap::new(),
        record: Record::new(digest, journal, times, launch.detached),
        link: Link::of(descriptors),
        store,
        allocation,
        launch,
        job: plan.job,
        group,
        machine,
        control,
        signals,
        hostname,
        sensitive: instructions.sensitive.clone(),
        inputs: VecDeque::new(),
        finished: false,
        has_grown: true,
        _ownership: ownership,
    };
    if let Err(error) = left {
        let message = format!("it may not outlive the session it was started from: {}", with_causes(&error));
        supervision.record.event("", EventKind::Warning, &message, BTreeMap::new());
    }
    match status {
        None => create(supervision),
        Some(status) => {
            adopt(&mut supervision, &status)?;
            let first = supervision.inputs.pop_front().unwrap_or(Input::Tick);
            let actions = supervision.machine.handle(Moment::now(), first);
            supervision.bear(&actions);
            Ok((supervision, actions))
        }
    }
}

/// Makes what a new allocation needs. What comes first is decided first: the inits of its tasks load meanwhile, and make the tasks' worlds
/// as soon as there are the directories that are part of them.
fn create(mut supervision: Supervision) -> Result<(Supervision, Vec<Action>), BeginError> {
    let actions = supervision.machine.handle(Moment::now(), Input::Tick);
    supervision.bear(&actions);
    directories::create(supervision.allocation.directory().as_fd(), &supervision.group)
        .map_err(|(path, source)| BeginError::Directory { path: path.display().to_string(), source })?;
    supervision.instruct(&actions);
    supervision.record.shared_volumes = SharedVolume::of_group(&supervision.group)
        .map_err(|source| BeginError::Io { what: "read the table of mounts", source })?;
    supervision.record.event("", EventKind::Received, "is supervised", BTreeMap::new());
    Ok((supervision, actions))
}

/// A detached job's supervisor outlives the session it was started from, and so does its task's init.
fn leave_session(launch: &Launch, adopt: bool) -> Result<(), CgroupError> {
    if launch.cgroup_parent.is_empty() && adopt {
        return cgroup::leave_session(&cgroup::detached_parent(Unit::Goes));
    }
    cgroup::leave_session(&launch.cgroup_parent)
}

/// Goes on where another supervisor was killed.
fn adopt(supervision: &mut Supervision, status: &AllocationStatus) -> Result<(), BeginError> {
    supervision.record.shared_volumes.clone_from(&status.shared_volumes);
    let message = "another supervisor took over: the one before it is gone";
    supervision.record.event("", EventKind::Adopted, message, BTreeMap::new());
    for (index, task) in supervision.group.tasks.iter().enumerate() {
        let Some(written) = status.tasks.iter().find(|written| written.name == task.name) else { continue };
        let was_starting = written.phase == TaskPhase::Starting;
        supervision.machine.task_mut(index).resume(&Resumption {
            // A start that was cut short is begun again.
            phase: if was_starting { TaskPhase::Pending } else { written.phase },
            failed: written.failed,
            restarts: written.restarts,
            attempts: written.attempts,
            interval_began: written.interval_began.map(Moment::from_nanoseconds),
            exit: written.exit,
            begun: was_starting || written.started.is_some(),
        });
        supervision.record.resume(index, Times { started: written.started, finished: written.finished });
        if was_starting {
            if let Err(trouble) = clear_away(&supervision.allocation, written) {
                supervision.record.event(&task.name, EventKind::Warning, &trouble, BTreeMap::new());
            }
        } else if written.phase == TaskPhase::Running {
            let execution = Execution::adopt(&supervision.allocation, written)
                .map_err(|source| BeginError::Io { what: "find the processes of a task", source })?;
            supervision.executions[index] = Some(execution);
        }
    }
    let began = status.began.map_or_else(Moment::now, Moment::from_nanoseconds);
    supervision.machine.resume(&status.reason, began, &supervision.group);
    let stop = status.stopping.map(|cause| Input::Stop { cause, signal: None, timeout: None });
    supervision.inputs.extend(stop);
    Ok(())
}

/// SIGTERM, SIGINT and SIGHUP ask for a stop, from whoever sends them.
fn signals() -> io::Result<SignalFd> {
    let mut set = SigSet::empty();
    for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP] {
        set.add(signal);
    }
    set.thread_block()?;
    Ok(SignalFd::with_flags(&set, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?)
}
