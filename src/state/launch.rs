//! What an allocation was started as: written once, before its supervisor, and never changed.
//!
//! With the stored plan it is all a supervisor needs, the first one and one that adopts.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::AllocationId;
use crate::linux::process::Identity;
use crate::plan::{Digest, HostPort};

/// The newest version of the document this jobctl reads and writes.
pub(super) const VERSION: u32 = 1;

/// `launch.json`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Launch {
    /// Of this document.
    pub version: u32,
    /// The allocation's identifier.
    pub id: AllocationId,
    /// Nomad's namespace.
    pub namespace: String,
    /// The job's identifier.
    pub job: String,
    /// The group's name.
    pub group: String,
    /// Which of the group's `count`, from 0.
    pub index: u32,
    /// The plan it was started by. What it is locked to now its status says.
    pub digest: Digest,
    /// Whether it outlives the command that started it.
    pub detached: bool,
    /// The command it is linked to, and ends with; `None` where it outlives that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<Identity>,
    /// Where the cgroups of its tasks are made (`linux::cgroup::Place::parent`).
    pub cgroup_parent: String,
    /// Its ports by label, each with its number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ports: BTreeMap<String, HostPort>,
    /// When.
    pub created: Timestamp,
}

impl Launch {
    /// The version that is written.
    pub const VERSION: u32 = VERSION;

    /// `web.api[0]`
    pub fn name(&self) -> String {
        format!("{}.{}[{}]", self.job, self.group, self.index)
    }
}
