//! How an allocation and its tasks fare: written by its supervisor after every change, read by everybody.
//!
//! Enough to answer with the supervisor dead, and enough for another supervisor to take over.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

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
    /// Why it is being stopped, if it is.
    #[serde(deserialize_with = "stop_cause")]
    pub stopping: Option<StopCause>,
    /// When it began, in nanoseconds of CLOCK_MONOTONIC: counts for this boot only.
    #[serde(default)]
    pub began: Option<u64>,
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

/// Why all tasks of an allocation stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopCause {
    /// Somebody asked for it.
    Requested,
    /// The command that the allocation is linked to is gone.
    CommandGone,
    /// A task failed.
    Failure,
    /// The leader ended.
    Leader,
    /// All main tasks ended; only sidecars run.
    MainDone,
    /// It ran for as long as it may.
    MaxRunDuration,
}

impl StopCause {
    /// As a clause for people.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Requested => "the job is being stopped",
            Self::CommandGone => "the command it is linked to is gone",
            Self::Failure => "another task of the group failed",
            Self::Leader => "the group's leader ended",
            Self::MainDone => "all main tasks ended",
            Self::MaxRunDuration => "the group ran for its max_run_duration",
        }
    }
}

/// The first jobctl wrote only whether it was being stopped.
fn stop_cause<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<StopCause>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Why(StopCause),
        Whether(bool),
    }
    Ok(match Option::deserialize(deserializer)? {
        Some(Written::Why(cause)) => Some(cause),
        Some(Written::Whether(true)) => Some(StopCause::Requested),
        Some(Written::Whether(false)) | None => None,
    })
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
    /// The inodes of the pipes it writes to, of which its init holds the other end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipes: Option<[u64; 2]>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_first_jobctl_wrote_is_read() {
        let digest = "sha256-".to_owned() + &"0".repeat(64);
        let read = |rest: &str| {
            let text = format!(
                r#"{{"version":1,"digest":"{digest}","supervisor":null,"phase":"running","reason":"",{rest}"tasks":[],"updated":"1970-01-01T00:00:00Z"}}"#
            );
            let status: AllocationStatus = serde_json::from_str(&text).unwrap();
            (status.stopping, status.began)
        };
        assert_eq!(read(r#""stopping":false,"#), (None, None));
        assert_eq!(read(r#""stopping":true,"#), (Some(StopCause::Requested), None));
        assert_eq!(read(r#""stopping":"failure","began":7,"#), (Some(StopCause::Failure), Some(7)));
    }
}
