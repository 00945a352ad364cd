//! What is in force of a job: the plan last committed and the allocations there are.
//!
//! Data only: `state` reads it from disk, `planner` compares it with a plan.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Digest, Plan};

/// What is in force of one job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// The plan in force; `None` where the job was never applied, or was stopped.
    pub in_force: Option<Digest>,
    /// The plan in force and those that the allocations are locked to. One that cannot be read is absent.
    pub plans: BTreeMap<Digest, Plan>,
    /// The newest allocation of every group and index, whatever became of it; in no order.
    pub allocations: Vec<Allocation>,
}

/// One allocation: a group that runs, or ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allocation {
    /// Its id.
    pub id: String,
    /// The group's name.
    pub group: String,
    /// Which of the group's `count`, from 0.
    pub index: u32,
    /// The plan it is locked to.
    pub plan: Digest,
    /// What became of it.
    pub state: AllocationState,
}

/// What became of an allocation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case", deny_unknown_fields)]
pub enum AllocationState {
    /// Tasks of it run, or are about to. A supervisor that is gone does not matter here: the next command adopts.
    Running,
    /// All main tasks ended well.
    Complete,
    /// A task ended badly and is not restarted.
    Failed {
        /// What happened: `task "server" ended with exit code 1`.
        reason: String,
    },
    /// It was stopped on demand.
    Stopped,
    /// Its processes are gone and how they ended is not known: a reboot, a kill from outside.
    Lost,
}

impl AllocationState {
    /// Whether tasks run.
    pub fn runs(&self) -> bool {
        matches!(self, Self::Running)
    }
}
