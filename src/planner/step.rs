//! One step of an apply, as data.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::plan::Digest;

/// One step. They are performed in order; the first that fails ends the apply, and the next `plan` starts from what is there then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// Store the plan under its digest; nothing where it is there.
    StorePlan {
        /// The plan.
        digest: Digest,
    },
    /// Give a running allocation the new plan: limits are set, the rest counts from the next event on.
    UpdateAllocation {
        /// Which.
        allocation: AllocationName,
        /// Its id.
        id: String,
        /// The plan it is locked to from now on.
        digest: Digest,
        /// What changes, for the journal: `task.server.resources.memory_limit`.
        fields: Vec<String>,
    },
    /// Stop an allocation.
    StopAllocation {
        /// Which.
        allocation: AllocationName,
        /// Its id.
        id: String,
    },
    /// Start an allocation by the plan.
    StartAllocation {
        /// Which.
        allocation: AllocationName,
        /// The plan it is locked to.
        digest: Digest,
    },
    /// Make the plan the one in force: the commit point.
    CommitPlan {
        /// The plan.
        digest: Digest,
    },
}

/// Which allocation of a job: `api[0]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AllocationName {
    /// The group's name.
    pub group: String,
    /// Which of its `count`, from 0.
    pub index: u32,
}

impl fmt::Display for AllocationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.group, self.index)
    }
}
