//! Steps performed: plans stored, allocations started, updated and stopped, the commit.
//!
//! Obeys the steps and nothing else: what is to be done the planner decided.

mod allocations;
mod error;
mod reconcile;

use jiff::Timestamp;

pub use allocations::{ask, bury, purge, stop, supervise, tidy, wait_for_supervisor};
pub use error::Error;
pub use reconcile::{JobName, drop_unused_plans, known_jobs, reconcile};

use crate::plan::{Job, StoredPlan};
use crate::planner::{AllocationName, Step};
use crate::state::{AllocationId, Durability, JobRecord, Launch, Store};
use crate::supervisor::{self, Lifeline, Request, Supervisor};

/// How an apply is performed.
#[derive(Clone, Copy, Debug)]
pub struct Applier<'a> {
    /// The state, whose lock for the job is held.
    pub store: &'a Store,
    /// The job of the plan.
    pub job: &'a Job,
    /// The plan, as it is stored.
    pub plan: &'a StoredPlan,
    /// What links the allocations to this process; `None` for those that outlive it.
    pub lifeline: Option<&'a Lifeline>,
    /// Where cgroups are made (`linux::cgroup::Place::parent`).
    pub cgroup_parent: &'a str,
}

/// An allocation that was started.
#[derive(Debug)]
pub struct Started {
    /// Which.
    pub name: AllocationName,
    /// Its identifier.
    pub id: AllocationId,
    /// The process that has it.
    pub supervisor: Supervisor,
}

impl Applier<'_> {
    /// Performs the steps in order, each announced first. The first that fails ends it; what this apply started is stopped again
    /// then, and the plan in force stays what it was.
    ///
    /// # Errors
    /// That of the step.
    pub fn apply(&self, steps: &[Step], mut announce: impl FnMut(&Step)) -> Result<Vec<Started>, Error> {
        let mut started = Vec::new();
        for step in steps {
            announce(step);
            if let Err(error) = self.perform(step, &mut started) {
                for allocation in &started {
                    self.undo(allocation);
                }
                let _ = allocations::drop_plan(self.store, &self.job.namespace, &self.job.id, &self.plan.digest);
                return Err(error);
            }
        }
        Ok(started)
    }

    fn perform(&self, step: &Step, started: &mut Vec<Started>) -> Result<(), Error> {
        match step {
            Step::StorePlan { .. } => self.store.store_plan(self.plan, self.durability())?,
            Step::UpdateAllocation { id, digest, .. } => {
                let id = AllocationId::parse(id)?;
                ask(self.store, &id, "update", &Request::Update { digest: digest.clone() })?;
            }
            Step::StopAllocation { id, .. } => {
                let request = Request::Stop { signal: None, timeout: None };
                stop(self.store, &AllocationId::parse(id)?, &request)?;
            }
            Step::StartAllocation { allocation, .. } => started.push(self.start(allocation)?),
            Step::CommitPlan { digest } => {
                let record = JobRecord::running(&self.job.namespace, &self.job.id, digest, self.lifeline.is_none());
                self.store.commit(&record, self.durability())?;
            }
        }
        Ok(())
    }

    fn start(&self, name: &AllocationName) -> Result<Started, Error> {
        let id = AllocationId::random().map_err(|source| Error::Io { action: "make an identifier", source })?;
        let launch = Launch {
            version: Launch::VERSION,
            id: id.clone(),
            namespace: self.job.namespace.clone(),
            job: self.job.id.clone(),
            group: name.group.clone(),
            index: name.index,
            digest: self.plan.digest.clone(),
            detached: self.lifeline.is_none(),
            cgroup_parent: self.cgroup_parent.to_owned(),
            created: Timestamp::now(),
        };
        let written = self.store.create_allocation(&id)?.write_launch(&launch, self.durability());
        let supervisor = written.map_err(Error::from).and_then(|()| {
            supervisor::start(self.store.path(), &id, self.lifeline, false)
                .map_err(|source| Error::Start { name: name.clone(), source })
        });
        match supervisor {
            Ok(supervisor) => Ok(Started { name: name.clone(), id, supervisor }),
            Err(error) => {
                // Why it did not start is what is reported.
                let _ = self.store.remove_allocation(&id);
                Err(error)
            }
        }
    }

    /// Best effort: the error that made this necessary is what is reported.
    fn undo(&self, started: &Started) {
        let request = Request::Stop { signal: None, timeout: None };
        if stop(self.store, &started.id, &request).is_ok() {
            let _ = self.store.remove_allocation(&started.id);
        }
    }

    fn durability(&self) -> Durability {
        if self.lifeline.is_some() { Durability::Cached } else { Durability::Synced }
    }
}
