//! How an allocation and its tasks fare: written by its supervisor after every change, read by everybody.
//!
//! Enough to answer with the supervisor dead, and enough for another supervisor to take over.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::SharedVolume;
use crate::linux::cgroup::Cgroup;
use crate::linux::process::Identity;
use crate::plan::Digest;

/// The newest version of the document this jobctl reads and writes.
pub(super) const VERSION: u32 = 1;

/// `status.json`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllocationStatus {
    /// Of this document.
    pub version: u32,
    /// The plan the allocation is locked to.
    pub digest: Digest,
    /// The supervisor that wrote this.
    pub supervisor: Option<Identity>,
    /// What has become of the allocation.
    pub phase: Phase,
    /// Why it failed, in one line; empty where it did not.
    pub reason: String,
    /// Whether it is being stopped.
    pub stopping: bool,
    /// Its tasks in the plan's order.
    pub tasks: Vec<TaskStatus>,
    /// The volumes its tasks mount in both directions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared_volumes: Vec<SharedVolume>,
    /// When this was written.
    pub updated: Timestamp,
}

impl AllocationStatus {
    /// The version that is written.
    pub const VERSION: u32 = VERSION;
}

/// What has become of an allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// No task has begun.
    Pending,
    /// Tasks run, or are about to.
    Running,
    /// All tasks ended well.
    Complete,
    /// A task ended badly and is not started again.
    Failed,
    /// It was stopped on demand.
    Stopped,
    /// Its processes are gone and nobody knows how they ended.
    Lost,
}

impl Phase {
    /// Whether nothing more will happen.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Pending | Self::Running)
    }
}

/// One task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskStatus {
    /// Its name.
    pub name: String,
    /// What it does.
    pub phase: TaskPhase,
    /// Whether it ended badly for good.
    pub failed: bool,
    /// How often it was started again.
    pub restarts: u32,
    /// Starts within the interval of its restart policy, and when that began in nanoseconds of CLOCK_MONOTONIC; both count
    /// for this boot only.
    pub attempts: u32,
    /// See `attempts`.
    pub interval_began: Option<u64>,
    /// The process that watches it.
    pub init: Option<Identity>,
    /// Its main process.
    pub process: Option<Identity>,
    /// Where its processes are.
    pub cgroup: Option<Cgroup>,
    /// When its main process began last.
    pub started: Option<Timestamp>,
    /// When that ended.
    pub finished: Option<Timestamp>,
    /// How it ended last.
    pub exit: Option<TaskExit>,
}

/// What a task does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskPhase {
    /// It waits: for its turn, or to be started again.
    Pending,
    /// It is being started: it may have processes that are not written down yet.
    Starting,
    /// It runs.
    Running,
    /// It has ended and is not started again.
    Dead,
}

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskExit {
    /// Of its main process, 128 + n where signal n ended it; `None` where nobody can know.
    pub code: Option<i32>,
    /// The signal that ended it; 0 for none.
    pub signal: i32,
    /// Whether the kernel killed a process of it for want of memory.
    pub oom_killed: bool,
}

impl TaskExit {
    /// Whether all went well.
    pub fn is_success(self) -> bool {
        self.code == Some(0) && !self.oom_killed
    }
}
