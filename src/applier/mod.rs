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

pub use allocations::{Tidied, ask, bury, look, purge, stop, supervise, tidy, wait_for_supervisor};
pub use bring_about::Progress;
pub use error::Error;
pub use ports::taken;
pub use reconcile::{JobName, drop_unused_plans, known_jobs, reconcile};

use crate::linux::cgroup::{self, Unit};
use crate::linux::process::Identity;
use crate::plan::{HostPort, Plan, StoredPlan};
use crate::planner::{self, AllocationName, Step};
use crate::state::{AllocationId, Desired, Durability, JobRecord, Launch, PortsLock, Store};
use crate::supervisor::{Expected, Instructed, Lifeline, Portion, Request, Reserve, Supervisor};

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
    /// Where the cgroups of what is started are made (`linux::cgroup::Place::parent`), by [`cgroup_parent`].
    pub cgroup_parent: &'a str,
}

/// Where the cgroups of a job are made: what is linked to a command stays where that is; what outlives it goes where the host's
/// configuration says, else where it can.
pub fn cgroup_parent(lifeline: Option<&Lifeline>, configured: &str, caller: Unit) -> String {
    match (lifeline, configured) {
        (Some(_), _) => String::new(),
        (None, "") => cgroup::detached_parent(caller),
        (None, given) => given.to_owned(),
    }
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
        mut reserve: Option<Instructed>,
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

    /// Tells a supervisor what its allocation will be if nothing of the job runs yet, while it is found out whether that is so. Not where
    /// something probably runs.
    fn instruct(&self, reserve: Reserve) -> Option<Instructed> {
        let job = &self.plan.job;
        let record = self.store.job(&job.namespace, &job.id).ok().flatten();
        if record.is_some_and(|record| record.detached && record.desired == Desired::Running) {
            return reserve.instruct(self.store.path(), self.sensitive, None).ok();
        }
        let group = self.plan.groups.iter().find(|group| group.count > 0)?.clone();
        let portion = Portion { digest: self.stored.digest.clone(), job: job.clone(), group };
        let session = self.lifeline.is_none().then(|| self.cgroup_parent.to_owned());
        reserve.instruct(self.store.path(), self.sensitive, Some(Expected { portion, session })).ok()
    }

    fn perform(&self, step: &Step, reserve: &mut Option<Instructed>, started: &mut Vec<Started>) -> Result<(), Error> {
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

    fn start(&self, name: &AllocationName, reserve: Option<Instructed>) -> Result<Started, Error> {
        let id = match &reserve {
            Some(reserve) => reserve.allocation().clone(),
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
            cgroup_parent: self.cgroup_parent.to_owned(),
            ports,
            created: Timestamp::now(),
        };
        let supervisor = match reserve {
            Some(reserve) => Ok(reserve),
            None => Reserve::new(id.clone()).and_then(|new| new.instruct(self.store.path(), self.sensitive, None)),
        };
        match supervisor.and_then(|supervisor| supervisor.start(&launch, self.lifeline)) {
            Ok(supervisor) => Ok(Started { name: name.clone(), id, supervisor }),
            Err(source) => {
                // Why it did not start is what is reported.
                let _ = self.store.remove_allocation(&id);
                Err(Error::Start { name: name.clone(), source })
            }
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
