//! The limits of a task's cgroup.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What is limited; named as the author writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Limit {
    /// `cpu.shares`, `cpu.weight`
    Cpu,
    /// `memory.limit_in_bytes`, `memory.max`
    Memory,
    /// `cpuset.cpus`
    Cpuset,
    /// `pids.max`
    Pids,
}

/// Limits, and which of them must be enforced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// 2 to 262144, as v1 counts; on v2 converted to a weight. Zero: none.
    pub cpu_shares: u64,
    /// A list of CPUs (`0-1,4`). Empty: none.
    pub cpuset: String,
    /// Bytes; swap is off with it. Zero: none.
    pub memory: u64,
    /// Bytes, the soft limit. Zero: none.
    pub memory_reservation: u64,
    /// Processes and threads. Zero: none.
    pub pids: u64,
    /// Those that the author wrote: it is an error where they cannot be enforced.
    pub required: BTreeSet<Limit>,
}

/// A default limit that this host cannot enforce.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Which.
    pub limit: Limit,
    /// Why: one line.
    pub reason: String,
}
