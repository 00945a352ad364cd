//! What a supervisor is for: one allocation, and the part of a plan that it is locked to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::environment::{Start, open_values};
use super::execution::cgroup_name;
use super::failure::StartFailure;
use super::{directories, fetched};
use crate::init;
use crate::linux::cgroup::Place;
use crate::plan::{Digest, Group, Job};
use crate::state::{self, AllocationDirectory, Launch, Store};

/// What a plan says about one allocation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Portion {
    /// The plan's name.
    pub digest: Digest,
    /// The job.
    pub job: Job,
    /// The allocation's group.
    pub group: Group,
}

/// Why a plan says nothing about an allocation.
#[derive(Debug, thiserror::Error)]
pub enum PortionError {
    /// The state directory.
    #[error(transparent)]
    State(#[from] state::Error),
    /// There is no such plan.
    #[error("plan {0} is not stored")]
    NoPlan(Digest),
    /// There is no such group.
    #[error("plan {digest} has no group {group:?}")]
    NoGroup {
        /// Which plan.
        digest: Digest,
        /// Which group.
        group: String,
    },
}

impl Portion {
    /// That of a plan that is stored.
    ///
    /// # Errors
    /// [`PortionError`]
    pub fn read(store: &Store, digest: &Digest, group: &str) -> Result<Self, PortionError> {
        let plan = store.plan(digest)?.ok_or_else(|| PortionError::NoPlan(digest.clone()))?;
        let digest = digest.clone();
        match plan.groups.into_iter().find(|candidate| candidate.name == group) {
            Some(group) => Ok(Self { digest, job: plan.job, group }),
            None => Err(PortionError::NoGroup { digest, group: group.to_owned() }),
        }
    }
}

/// An allocation and what is known of it.
#[derive(Debug)]
pub(super) struct Assignment {
    pub(super) store: Store,
    pub(super) allocation: AllocationDirectory,
    pub(super) launch: Launch,
    pub(super) portion: Portion,
    pub(super) hostname: String,
    /// Values that are in no plan, by the names that refer to them. Known to the first supervisor only.
    pub(super) sensitive: BTreeMap<String, String>,
}

impl Assignment {
    pub(super) fn new(
        store: Store,
        allocation: AllocationDirectory,
        launch: Launch,
        portion: Portion,
        sensitive: BTreeMap<String, String>,
    ) -> Self {
        let hostname = rustix::system::uname().nodename().to_string_lossy().into_owned();
        Self { store, allocation, launch, portion, hostname, sensitive }
    }

    /// What the init of a task is told.
    pub(super) fn launch_of(&self, task: usize) -> Result<init::Launch, StartFailure> {
        let task = &self.portion.group.tasks[task];
        let directories = directories::of_task(&self.store.allocation_path(self.allocation.id()), &task.name);
        let start = Start {
            launch: &self.launch,
            job: &self.portion.job,
            directories: &directories,
            hostname: &self.hostname,
            sensitive: &self.sensitive,
        };
        let mut complete = start.complete(task);
        let open = open_values(&complete).next().map(str::to_owned);
        if let Some(variable) = open {
            let message = format!("the value of {variable} is known no more: it is in no plan, run the job again");
            return Err(StartFailure { address: complete.address, exit_code: 125, message, recoverable: false });
        }
        fetched::leave_out(&self.allocation, &mut complete);
        let name = cgroup_name(&self.allocation, &complete.name);
        let cgroup = Place { parent: self.launch.cgroup_parent.clone(), name };
        Ok(init::Launch { version: init::VERSION, task: complete, directories, cgroup, method: None })
    }
}
