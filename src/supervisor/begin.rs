//! The beginning of a supervisor: it makes a new allocation, or takes over one that has lost its supervisor.

use std::collections::BTreeMap;
use std::io;

use super::assignment::{Assignment, Portion, PortionError};
use super::execution::{Execution, clear_away};
use super::failure::with_causes;
use super::inits::Inits;
use super::instructions::{Expected, Instructions};
use super::lifeline::Link;
use super::prepared::{Course, Prepared, Seat, leave, make_directories, open, session};
use super::record::Times;
use super::supervision::Supervision;
use super::{Action, AllocationMachine, Failure, Input, Moment, Resumption};
use crate::linux::cgroup::CgroupError;
use crate::role;
use crate::state::{self, AllocationStatus, Durability, EventKind, Launch, Ownership, SharedVolume, TaskPhase};

/// Why an allocation cannot be begun or taken over.
#[derive(Debug, thiserror::Error)]
pub(super) enum BeginError {
    #[error(transparent)]
    State(#[from] state::Error),
    #[error(transparent)]
    Portion(#[from] PortionError),
    #[error("{0} is not there")]
    Missing(&'static str),
    #[error("cannot make the directory {path}")]
    Directory { path: String, source: io::Error },
    #[error("cannot {what}")]
    Io { what: &'static str, source: io::Error },
}

/// The life of a supervisor process; its exit code.
pub fn run() -> i32 {
    let Ok(beginning) = role::begin() else { return 125 };
    // What we make is ours alone, unless it says otherwise.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let Ok((foreseen, _)) = beginning.report.take() else { return 125 };
    let inits = Inits::foreseeing(foreseen);
    let Ok((mut instructions, report)) = beginning.instructions::<Instructions>() else { return 125 };
    let expected = instructions.expected.take();
    // What fails now is done again when it is wanted, and fails again.
    let prepared = expected.and_then(|expected| Prepared::new(&instructions, expected, inits).ok());
    let Ok((launch, descriptors)) = report.take() else { return 125 };
    let link = Link::of(descriptors);
    let begun = match launch {
        Some(launch) => create(instructions, prepared, launch, link),
        None => adopt(instructions, link),
    };
    match begun {
        Ok((mut supervision, actions)) => {
            supervision.run(report, actions);
            0
        }
        Err(error) => {
            let _ = report.failed(&Failure::of(&error));
            125
        }
    }
}

/// Makes a new allocation; what is to be done first.
fn create(
    instructions: Instructions,
    prepared: Option<Prepared>,
    launch: Launch,
    link: Option<Link>,
) -> Result<(Supervision, Vec<Action>), BeginError> {
    let store = open(&instructions)?;
    let prepared = if let Some(prepared) = prepared.filter(|prepared| prepared.is_for(&launch)) {
        prepared
    } else {
        let portion = Portion::read(&store, &launch.digest, &launch.group)?;
        let expected = Expected { portion, session: session(&launch, false) };
        Prepared::new(&instructions, expected, Inits::default())?
    };
    let Prepared { expected, course, draft, ownership } = prepared;
    course.inits.stand_aside();
    let allocation = draft.publish(&launch, if launch.detached { Durability::Synced } else { Durability::Cached })?;
    let assignment = Assignment::new(store, allocation, launch, expected.portion, instructions.sensitive);
    begin(assignment, course, ownership, link)
}

/// Takes an allocation over.
fn adopt(instructions: Instructions, link: Option<Link>) -> Result<(Supervision, Vec<Action>), BeginError> {
    let store = open(&instructions)?;
    let allocation = store.allocation(&instructions.allocation)?.ok_or(BeginError::Missing("the allocation"))?;
    let ownership = allocation.take_ownership()?;
    let launch = allocation.launch()?.ok_or(BeginError::Missing("the launch document"))?;
    let status = allocation.status()?;
    let digest = status.as_ref().map_or(&launch.digest, |status| &status.digest);
    let portion = Portion::read(&store, digest, &launch.group)?;
    let session = session(&launch, true);
    let Some(status) = status else {
        // The one before was killed before it had begun anything.
        let course = Course::new(&portion, session.as_deref(), Inits::default());
        make_directories(&allocation, &portion.group)?;
        let assignment = Assignment::new(store, allocation, launch, portion, instructions.sensitive);
        return begin(assignment, course, ownership, link);
    };
    let left = leave(session.as_deref());
    let seat = Seat::take(&allocation, ownership)?;
    let machine = AllocationMachine::new(&portion.group, portion.job.kind, Moment::now());
    let assignment = Assignment::new(store, allocation, launch, portion, instructions.sensitive);
    let mut supervision = seat.supervision(assignment, link, machine, Inits::default());
    warn_of_session(&mut supervision, left);
    resume(&mut supervision, &status)?;
    let first = supervision.inputs.pop_front().unwrap_or(Input::Tick);
    let actions = supervision.machine.handle(Moment::now(), first);
    supervision.inits.bear(&supervision.assignment.portion.group, &actions);
    Ok((supervision, actions))
}

/// Begins a new allocation: what its inits wait for comes first.
fn begin(
    assignment: Assignment,
    course: Course,
    ownership: Ownership,
    link: Option<Link>,
) -> Result<(Supervision, Vec<Action>), BeginError> {
    let Course { machine, actions, mut inits, left } = course;
    inits.instruct(&assignment, &actions);
    if assignment.launch.detached {
        assignment.store.sync_allocations()?;
    }
    let seat = Seat::take(&assignment.allocation, ownership)?;
    let mut supervision = seat.supervision(assignment, link, machine, inits);
    supervision.record.shared_volumes = SharedVolume::of_group(&supervision.assignment.portion.group)
        .map_err(|source| BeginError::Io { what: "read the table of mounts", source })?;
    warn_of_session(&mut supervision, left);
    supervision.record.event("", EventKind::Received, "is supervised", BTreeMap::new());
    Ok((supervision, actions))
}

fn warn_of_session(supervision: &mut Supervision, left: Result<bool, CgroupError>) {
    if let Err(error) = left {
        let message = format!("it may not outlive the session it was started from: {}", with_causes(&error));
        supervision.record.event("", EventKind::Warning, &message, BTreeMap::new());
    }
}

/// What stands written of the tasks, and the processes that there are.
fn resume(supervision: &mut Supervision, status: &AllocationStatus) -> Result<(), BeginError> {
    supervision.record.shared_volumes.clone_from(&status.shared_volumes);
    let message = "another supervisor took over: the one before it is gone";
    supervision.record.event("", EventKind::Adopted, message, BTreeMap::new());
    for (index, task) in supervision.assignment.portion.group.tasks.iter().enumerate() {
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
            if let Err(trouble) = clear_away(&supervision.assignment.allocation, written) {
                supervision.record.event(&task.name, EventKind::Warning, &trouble, BTreeMap::new());
            }
        } else if written.phase == TaskPhase::Running {
            let execution = Execution::adopt(&supervision.assignment.allocation, written)
                .map_err(|source| BeginError::Io { what: "find the processes of a task", source })?;
            supervision.executions[index] = Some(execution);
        }
    }
    let began = status.began.map_or_else(Moment::now, Moment::from_nanoseconds);
    supervision.machine.resume(&status.reason, began, &supervision.assignment.portion.group);
    let stop = status.stopping.map(|cause| Input::Stop { cause, signal: None, timeout: None });
    supervision.inputs.extend(stop);
    Ok(())
}
