//! What init is told.

use std::os::fd::OwnedFd;

use serde::{Deserialize, Serialize};

use crate::linux::cgroup::Place;
use crate::plan::Task;
use crate::sandbox::Directories;

/// The version of [`Launch`].
pub const VERSION: u32 = 1;

/// Everything init needs for one run of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Launch {
    /// [`VERSION`]
    pub version: u32,
    /// The task with nothing left open: the supervisor has filled in each `${…}` in command, arguments, working directory,
    /// environment and host name, and has put what `env_at_start` names into `env`.
    pub task: Task,
    /// Where its directories are on the host. They exist, and belong to whom they should.
    pub directories: Directories,
    /// Where its cgroup is to be made.
    pub cgroup: Place,
}

/// What [`super::start`] is given open. All of it close-on-exec.
#[derive(Debug)]
pub struct Descriptors {
    /// The directory of the log files.
    pub logs: OwnedFd,
    /// The file whose fcntl lock the one who moves the output holds.
    pub log_lock: OwnedFd,
    /// The exit record: empty, opened for writing.
    pub exit_record: OwnedFd,
    /// Read end of a pipe: when its last writer is gone, init kills everything, records and ends.
    pub lifeline: Option<OwnedFd>,
    /// Handed on to the task with these numbers (`run --fd 3=PATH`), 3 and above.
    pub passed: Vec<(u32, OwnedFd)>,
}
