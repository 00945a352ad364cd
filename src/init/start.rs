//! Starting a task: called by the supervisor.

use std::io;
use std::os::fd::OwnedFd;

use rustix::process::Pid;
use serde::{Deserialize, Serialize};

use super::{Descriptors, Launch};
use crate::linux::cgroup::{Cgroup, CgroupError, Note};

/// A task that runs.
///
/// What the supervisor can do with it:
/// * `init_pidfd` is readable when the run is over: output drained, record written. It is our child: `waitid` it.
/// * Signals for the main process go to `task_pidfd`.
/// * SIGTERM to init: it kills everything in the task, records, ends. SIGKILL to init does the same to a private pid
///   namespace, without a record. [`Cgroup::kill`] reaches every process of the task, but not init, in all cases.
/// * `cgroup` is asked for `oom_kills()` when init has ended, then `remove()`d.
#[derive(Debug)]
pub struct Started {
    /// init.
    pub init_pid: Pid,
    /// init.
    pub init_pidfd: OwnedFd,
    /// The main process, as we see it.
    pub task_pid: Pid,
    /// The main process.
    pub task_pidfd: OwnedFd,
    /// Where the task's processes are; init is not in it.
    pub cgroup: Cgroup,
    /// Default limits this host cannot enforce.
    pub notes: Vec<Note>,
    /// Second read ends of the task's stdout and stderr: what is left in them should init be killed. Never read them while
    /// init lives. `None` where the task's logs are disabled.
    pub output: Option<[OwnedFd; 2]>,
}

/// A task that is being started.
#[derive(Debug)]
pub struct Starting {
    started: Started,
}

/// What init says when a step fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{what}: {reason}")]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// The plan's address: `job.web.group.api.task.server.volume_mount[0]`.
    pub address: String,
    /// The step: ``mount of volume `data` on /data``.
    pub what: String,
    /// Why: `permission denied (EACCES)`, or where a command was looked for.
    pub reason: String,
    /// 127: the command is not there; 126: it cannot be executed; 125: something else.
    pub exit_code: i32,
}

/// Why a task did not start. Nothing of it is left.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its cgroup.
    #[error("cannot make the cgroup of {address}")]
    Cgroup {
        /// The task's address.
        address: String,
        /// Why.
        source: CgroupError,
    },
    /// A step of init's.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// init could not be started.
    #[error("cannot start init for {address}")]
    Init {
        /// The task's address.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// init ended without a word.
    #[error("init of {address} was killed before the task began")]
    Died {
        /// The task's address.
        address: String,
    },
}

/// Makes the cgroup and starts init in its namespaces; [`Starting::finish`] waits until the task's program runs.
///
/// # Errors
/// The cgroup or init cannot be made.
pub fn begin(launch: &Launch, _descriptors: Descriptors) -> Result<Starting, StartError> {
    Err(StartError::Died { address: launch.task.address.clone() })
}

impl Starting {
    /// Readable when [`Self::finish`] would not wait.
    pub fn report(&self) -> &OwnedFd {
        &self.started.init_pidfd
    }

    /// Waits until the task's program was executed.
    ///
    /// # Errors
    /// A step failed; it is named.
    pub fn finish(self) -> Result<Started, StartError> {
        Ok(self.started)
    }
}

/// [`begin`] and [`Starting::finish`].
///
/// # Errors
/// As those.
pub fn start(launch: &Launch, descriptors: Descriptors) -> Result<Started, StartError> {
    begin(launch, descriptors)?.finish()
}
