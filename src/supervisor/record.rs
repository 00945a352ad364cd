//! What the supervisor writes down: status and journal, for everybody to read.
//!
//! A disk that is full stops nothing: what could not be written is kept and tried again.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::Timestamp;
use serde_json::Value;

use super::assignment::Assignment;
use super::execution::{Execution, Identities};
use super::inits::Inits;
use super::{AllocationMachine, Moment};
use crate::jobspec::Duration;
use crate::linux::cgroup::{Limit, Note};
use crate::linux::process::Identity;
use crate::plan::Digest;
use crate::state::{AllocationStatus, Durability, Event, EventKind, Journal, SharedVolume, TaskStatus};

/// How long to wait before writing again what could not be written.
const PATIENCE: Duration = Duration::from_seconds(2);
/// Events kept while they cannot be written; the oldest are lost first.
const KEPT: usize = 1000;

/// The writer of an allocation's status and journal.
#[derive(Debug)]
pub(super) struct Record {
    durability: Durability,
    journal: Journal,
    identity: Option<Identity>,
    times: Vec<Times>,
    /// The volumes that are mounted in both directions.
    pub(super) shared_volumes: Vec<SharedVolume>,
    unwritten: VecDeque<Event>,
    written: Option<AllocationStatus>,
    /// Limits of which it was said that this host does not enforce them.
    not_enforced: BTreeSet<Limit>,
    retry: Option<Moment>,
}

/// When a task began and ended last.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Times {
    pub(super) started: Option<Timestamp>,
    pub(super) finished: Option<Timestamp>,
}

impl Record {
    /// For an allocation whose tasks began and ended at these times, supervised by this process. Without /proc there is no telling who that
    /// is; the ownership lock still is ours.
    pub(super) fn new(journal: Journal, times: Vec<Times>, detached: bool, identity: Option<Identity>) -> Self {
        Self {
            // What is linked to a command ends with the power as well.
            durability: if detached { Durability::Whole } else { Durability::Cached },
            journal,
            identity,
            times,
            shared_volumes: Vec::new(),
            unwritten: VecDeque::new(),
            written: None,
            not_enforced: BTreeSet::new(),
            retry: None,
        }
    }

    /// When [`Self::write`] is to be tried again.
    pub(super) fn deadline(&self) -> Option<Moment> {
        self.retry
    }

    /// When a task began and ended under another supervisor.
    pub(super) fn resume(&mut self, task: usize, times: Times) {
        self.times[task] = times;
    }

    /// A task began.
    pub(super) fn began(&mut self, task: usize) {
        self.times[task] = Times { started: Some(Timestamp::now()), finished: None };
    }

    /// A task ended.
    pub(super) fn ended(&mut self, task: usize, time: Timestamp) {
        self.times[task].finished = Some(time);
    }

    /// Something happened.
    pub(super) fn event(&mut self, task: &str, kind: EventKind, message: &str, details: BTreeMap<String, Value>) {
        let time = Timestamp::now();
        self.unwritten.push_back(Event { time, task: task.to_owned(), kind, message: message.to_owned(), details });
        if self.unwritten.len() > KEPT {
            self.unwritten.pop_front();
        }
        self.write_events();
    }

    /// Limits are not enforced: said once of each, whichever tasks they are of and however often those start. One line for all of
    /// them, as what keeps one from being enforced mostly keeps all.
    pub(super) fn not_enforced(&mut self, mut notes: Vec<Note>) {
        notes.retain(|note| self.not_enforced.insert(note.limit));
        let Some(first) = notes.first() else { return };
        let names: Vec<&str> = notes.iter().map(|note| note.limit.controller()).collect();
        let message = format!("limits that are not enforced here: {} ({})", names.join(", "), first.reason);
        let details = BTreeMap::from([("limits".to_owned(), Value::from(names))]);
        self.event("", EventKind::NotEnforced, &message, details);
    }

    fn write_events(&mut self) {
        while let Some(event) = self.unwritten.front() {
            if self.journal.append(event).is_err() {
                self.retry = Some(Moment::now().after(PATIENCE));
                return;
            }
            self.unwritten.pop_front();
        }
    }

    /// Writes the status, if it has changed, and what is left of the journal.
    pub(super) fn write(
        &mut self,
        assignment: &Assignment,
        machine: &AllocationMachine,
        executions: &[Option<Execution>],
        inits: &Inits,
    ) {
        self.retry = None;
        self.write_events();
        let mut status = self.status(&assignment.portion.digest, machine, executions, inits);
        if let Some(written) = &self.written {
            status.updated = written.updated;
        }
        if self.written.as_ref() == Some(&status) {
            return;
        }
        status.updated = Timestamp::now();
        match assignment.allocation.write_status(&status, self.durability) {
            Ok(()) => self.written = Some(status),
            Err(_) => self.retry = Some(Moment::now().after(PATIENCE)),
        }
    }

    fn status(
        &self,
        digest: &Digest,
        machine: &AllocationMachine,
        executions: &[Option<Execution>],
        inits: &Inits,
    ) -> AllocationStatus {
        let all = machine.tasks().iter().zip(executions).zip(&self.times).enumerate();
        let tasks = all.map(|(index, ((task, execution), times))| {
            let init = || inits.identity(index).cloned();
            let identities = execution.as_ref().map_or_else(
                || Identities { init: init(), ..Identities::default() },
                |execution| execution.identities().clone(),
            );
            let (attempts, interval_began) = task.attempts();
            TaskStatus {
                name: task.name().to_owned(),
                phase: task.phase(),
                failed: task.has_failed(),
                restarts: task.restarts(),
                attempts,
                interval_began: interval_began.map(Moment::nanoseconds),
                init: identities.init,
                process: identities.main,
                pipes: identities.pipes,
                cgroup: identities.cgroup,
                started: times.started,
                finished: times.finished,
                exit: task.exit(),
            }
        });
        AllocationStatus {
            version: AllocationStatus::VERSION,
            digest: digest.clone(),
            supervisor: self.identity.clone(),
            phase: machine.phase(),
            reason: machine.reason().to_owned(),
            stopping: machine.stopping(),
            began: Some(machine.began().nanoseconds()),
            tasks: tasks.collect(),
            shared_volumes: self.shared_volumes.clone(),
            updated: Timestamp::now(),
        }
    }
}
