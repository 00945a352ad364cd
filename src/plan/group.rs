//! The plan of a job: its groups, and how often each runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Port, Task};
use crate::jobspec::Duration;

/// The version of the plan document.
pub const VERSION: u32 = 1;

/// A job resolved for one host. Serialised canonically it has a digest, and is stored by that name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// [`VERSION`] of the jobctl that made it.
    pub version: u32,
    /// The job as a whole.
    pub job: Job,
    /// Its groups in file order.
    pub groups: Vec<Group>,
}

/// What concerns the whole job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Its identifier, as written: a path component only after percent-encoding.
    pub id: String,
    /// Its name; the identifier where none is given.
    pub name: String,
    /// Nomad's namespace; `default`.
    pub namespace: String,
    /// Nomad's region; `global`.
    pub region: String,
    /// What kind.
    #[serde(rename = "type")]
    pub kind: JobType,
    /// The datacenter tasks are told they run in.
    pub datacenter: String,
    /// The job's own `meta`.
    pub meta: BTreeMap<String, String>,
}

/// Nomad's job types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum JobType {
    /// Runs until stopped.
    Service,
    /// Runs to its end.
    Batch,
    /// A service, once a host.
    System,
    /// A batch job, once a host.
    Sysbatch,
}

impl JobType {
    /// Whether the job ends by itself.
    pub fn ends(self) -> bool {
        matches!(self, Self::Batch | Self::Sysbatch)
    }
}

/// A group: tasks that run together, `count` times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// `job.web.group.api`
    pub address: String,
    /// Its name, unique in the job.
    pub name: String,
    /// How many allocations.
    pub count: u32,
    /// Waited before the tasks of an allocation are told to stop.
    pub shutdown_delay: Duration,
    /// The longest an allocation may run; zero is no limit.
    pub max_run_duration: Duration,
    /// `meta` of job and group.
    pub meta: BTreeMap<String, String>,
    /// Its ports by label.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ports: BTreeMap<String, Port>,
    /// Its tasks in file order.
    pub tasks: Vec<Task>,
}
