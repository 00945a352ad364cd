//! The limits of a task's cgroup.
//!
//! Values as the author means them; how each kernel version spells them is in `legacy` and `unified`.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::DeviceRule;

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
    /// Device access: `devices.allow`, a BPF program.
    Devices,
}

impl Limit {
    /// Those with a controller in both versions.
    pub(super) const ALL: [Self; 4] = [Self::Memory, Self::Cpu, Self::Pids, Self::Cpuset];

    /// The controller that enforces it; of v1 only for devices.
    pub fn controller(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Cpuset => "cpuset",
            Self::Pids => "pids",
            Self::Devices => "devices",
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.controller())
    }
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
    /// The devices that may be used, and no others. `None`: no restriction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub devices: Option<Vec<DeviceRule>>,
    /// Those that the author wrote: it is an error where they cannot be enforced.
    pub required: BTreeSet<Limit>,
}

impl Limits {
    /// Those that are set.
    pub fn set(&self) -> BTreeSet<Limit> {
        let is_set = |limit: &Limit| match limit {
            Limit::Cpu => self.cpu_shares > 0,
            Limit::Memory => self.memory > 0,
            Limit::Cpuset => !self.cpuset.is_empty(),
            Limit::Pids => self.pids > 0,
            Limit::Devices => self.devices.is_some(),
        };
        Limit::ALL.into_iter().chain([Limit::Devices]).filter(is_set).collect()
    }

    /// `cpu.weight` (1 to 10000) for these shares (2 to 262144), on the line through both ends that container runtimes use.
    pub(super) fn cpu_weight(&self) -> u64 {
        1 + self.cpu_shares.clamp(2, 262_144).saturating_sub(2) * 9999 / 262_142
    }
}

/// A default limit that this host cannot enforce.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Which.
    pub limit: Limit,
    /// Why: one line.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_become_weights() {
        let weight = |cpu_shares| Limits { cpu_shares, ..Limits::default() }.cpu_weight();
        assert_eq!([2, 1024, 262_144].map(weight), [1, 39, 10_000]);
        assert_eq!([0, u64::MAX].map(weight), [1, 10_000]);
    }

    #[test]
    fn only_what_is_there_is_set() {
        let limits = Limits { memory: 1, cpuset: "0".into(), ..Limits::default() };
        assert_eq!(limits.set(), BTreeSet::from([Limit::Memory, Limit::Cpuset]));
    }
}
