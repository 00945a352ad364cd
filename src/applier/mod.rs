//! Steps performed: plans stored, allocations started, updated and stopped, the commit.
//!
//! Obeys the steps and nothing else: what is to be done the planner decided.

mod allocations;
mod bring_about;
mod error;
mod ports;
mod reconcile;

use std::collections::BTreeMap;

use jiff::Timestamp;

pub use allocations::{Tidied, ask, bury, purge, stop, supervise, tidy, wait_for_supervisor};
pub use bring_about::Progress;
pub use error::Error;
pub use ports::taken;
pub use reconcile::{JobName, drop_unused_plans, known_jobs, reconcile};

use crate::linux::cgroup::{self, Unit};
use crate::linux::process::Identity;
use crate::plan::{HostPort, Plan, StoredPlan};
use crate::planner::{self, AllocationName, Step};
use crate::state::{AllocationId, Durability, JobRecord, Launch, PortsLock, Store};
use crate::supervisor::{Lifeline, Request, Reserve, Supervisor};

/// How an apply is performed.
#[derive(Clone, Copy, Debug)]
pub struct Applier<'a> {
    /// The state, whose lock for the job is held.
    pub store: &'a Store,
    /// The plan.
    pub plan: &'a Plan,
    /// As it is stored.
    pub stored: &'a StoredPlan,
    /// Values that the plan refers to and does not have, by the names of their references.
    pub sensitive: &'a BTreeMap<String, String>,
    /// What links the allocations to this process; `None` for those that outlive it.
    pub lifeline: Option<&'a Lifeline>,
    /// Where cgroups of detached jobs are made (`linux::cgroup::Place::parent`), as the host's configuration says; empty where it does not.
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
    /// Performs the steps in order, each announced first; the first allocation that is started gets the supervisor in reserve. The first
    /// step that fails ends it; what this apply started is stopped again then, and the plan in force stays what it was.
    ///
    /// # Errors
    /// That of the step.
    pub fn apply(
        &self,
        steps: &[Step],
        mut reserve: Option<Reserve>,
        mut announce: impl FnMut(&Step),
    ) -> Result<Vec<Started>, Error> {
        let mut started = Vec::new();
        for step in steps {
            announce(step);
            if let Err(error) = self.perform(step, &mut reserve, &mut started) {
                for allocation in &started {
                    self.undo(allocation);
                }
                let job = &self.plan.job;
                let _ = allocations::drop_plan(self.store, &job.namespace, &job.id, &self.stored.digest);
                return Err(error);
            }
        }
        Ok(started)
    }

    fn perform(&self, step: &Step, reserve: &mut Option<Reserve>, started: &mut Vec<Started>) -> Result<(), Error> {
        match step {
            Step::StorePlan { .. } => self.store.store_plan(self.stored, self.durability())?,
            Step::UpdateAllocation { id, digest, .. } => {
                let id = AllocationId::parse(id)?;
                ask(self.store, &id, "update", &Request::Update { digest: digest.clone() })?;
            }
            Step::StopAllocation { id, .. } => {
                let request = Request::Stop { signal: None, timeout: None };
                stop(self.store, &AllocationId::parse(id)?, &request)?;
            }
            Step::StartAllocation { allocation, .. } => started.push(self.start(allocation, reserve.take())?),
            Step::CommitPlan { digest } => {
                let record =
                    JobRecord::running(&self.plan.job.namespace, &self.plan.job.id, digest, self.lifeline.is_none());
                self.store.commit(&record, self.durability())?;
            }
        }
        Ok(())
    }

    fn start(&self, name: &AllocationName, reserve: Option<Reserve>) -> Result<Started, Error> {
        let id = match &reserve {
            Some(reserve) => reserve.allocation.clone(),
            None => AllocationId::random().map_err(|source| Error::Io { action: "make an identifier", source })?,
        };
        // Until its supervisor has it: then everybody sees that it lives, and which ports it has.
        let (_lock, ports) = self.ports(name)?;
        let job = &self.plan.job;
        let launch = Launch {
            version: Launch::VERSION,
            id: id.clone(),
            namespace: job.namespace.clone(),
            job: job.id.clone(),
            group: name.group.clone(),
            index: name.index,
            digest: self.stored.digest.clone(),
            detached: self.lifeline.is_none(),
            // Without /proc nobody can tell whether it is still there.
            command: self.lifeline.and_then(|_| Identity::of_this_process().ok()),
            cgroup_parent: self.cgroup_parent(),
            ports,
            created: Timestamp::now(),
        };
        self.store.create_allocation(&launch, self.durability())?;
        let supervisor = reserve.map_or_else(|| Reserve::new(id.clone()), Ok);
        match supervisor.and_then(|reserve| reserve.start(self.store.path(), self.lifeline, self.sensitive)) {
            Ok(supervisor) => Ok(Started { name: name.clone(), id, supervisor }),
            Err(source) => {
                // Why it did not start is what is reported.
                let _ = self.store.remove_allocation(&id);
                Err(Error::Start { name: name.clone(), source })
            }
        }
    }

    /// What is linked to a command stays where that is; what outlives it goes where it can.
    fn cgroup_parent(&self) -> String {
        match (self.lifeline, self.cgroup_parent) {
            (Some(_), _) => String::new(),
            (None, "") => cgroup::detached_parent(Unit::Stays),
            (None, given) => given.to_owned(),
        }
    }

    /// The ports of an allocation that is to start, and the right to give them out, where it has any.
    fn ports(&self, name: &AllocationName) -> Result<(Option<PortsLock>, BTreeMap<String, HostPort>), Error> {
        let group = self.plan.groups.iter().find(|group| group.name == name.group);
        let Some(group) = group.filter(|group| !group.ports.is_empty()) else { return Ok((None, BTreeMap::new())) };
        let job = &self.plan.job;
        let lock = self.store.lock_ports()?;
        let (own, _) = self.store.allocations_of(&job.namespace, &job.id)?;
        let before = ports::before(own, &name.group, name.index);
        let mut taken = ports::taken(Some(self.store), |_| false)?;
        // What other groups of this job name is not free, whether or not they run yet.
        let others = self.plan.groups.iter().filter(|other| other.name != group.name);
        for (label, port) in others.flat_map(|other| &other.ports) {
            taken.entry(port.number).or_insert_with(|| format!("port {label:?} of this job"));
        }
        let spread = format!("{}/{}.{name}", job.namespace, job.id);
        let given = planner::assign(&group.ports, &spread, &before, &taken);
        Ok((Some(lock), given.map_err(|source| Error::Ports { name: name.clone(), source })?))
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
