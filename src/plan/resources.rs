//! Limits of a task: cgroup values, resource limits, capability sets.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// cgroup limits. A limit that the author wrote must be enforced; a default one that the host cannot enforce is a note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Resources {
    /// CPU shares, 2 to 262144 (one for each MHz of `cpu`); converted to `cpu.weight` on v2.
    pub cpu_shares: u64,
    /// The CPUs it may use, as cpuset lists are written: `0-1,4`; empty is all.
    pub cpuset: String,
    /// The memory limit in bytes (`memory_max` where that is given).
    pub memory_limit: u64,
    /// What the task is expected to need in bytes (`memory`): the soft limit.
    pub memory_reservation: u64,
    /// The most processes and threads.
    pub pids_limit: u64,
    /// Which of `cpu`, `memory`, `cpuset`, `pids` the author wrote.
    pub written: BTreeSet<String>,
}

/// One resource limit (getrlimit(2)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rlimit {
    /// `u64::MAX` is no limit.
    pub soft: u64,
    /// `u64::MAX` is no limit.
    pub hard: u64,
}

/// The five capability sets (capabilities(7)), by kernel name: `CAP_NET_RAW`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Capabilities {
    /// The bounding set.
    pub bounding: BTreeSet<String>,
    /// The permitted set.
    pub permitted: BTreeSet<String>,
    /// The effective set.
    pub effective: BTreeSet<String>,
    /// The inheritable set.
    pub inheritable: BTreeSet<String>,
    /// The ambient set.
    pub ambient: BTreeSet<String>,
}
