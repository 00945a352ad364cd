//! What a cgroup counts.

use serde::{Deserialize, Serialize};

/// The figures of a cgroup at one moment. `None`: the kernel does not measure it here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Processor time.
    pub cpu: CpuFigures,
    /// Memory.
    pub memory: MemoryFigures,
    /// Processes and threads now.
    pub pids: Option<u64>,
}

/// Processor time since the cgroup was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CpuFigures {
    /// Nanoseconds.
    pub total: Option<u64>,
    /// Nanoseconds.
    pub user: Option<u64>,
    /// Nanoseconds.
    pub system: Option<u64>,
    /// How often it was held back.
    pub throttled_periods: Option<u64>,
    /// Nanoseconds.
    pub throttled_time: Option<u64>,
}

/// Bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryFigures {
    /// Anonymous memory.
    pub rss: Option<u64>,
    /// Page cache.
    pub cache: Option<u64>,
    /// Swapped out.
    pub swap: Option<u64>,
    /// All that counts against the limit.
    pub usage: Option<u64>,
    /// The most it ever was.
    pub max_usage: Option<u64>,
    /// Kernel memory.
    pub kernel_usage: Option<u64>,
    /// The most it ever was.
    pub kernel_max_usage: Option<u64>,
}
