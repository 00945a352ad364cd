//! One cgroup: made, entered, looked at, killed, removed.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use rustix::process::Pid;
use serde::{Deserialize, Serialize};

use super::{Figures, Limit, Limits, Note};
use crate::sys::Entry;

/// Where a cgroup is to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The cgroup above it, as a path in each hierarchy (`/jobctl.slice`); empty: the nearest usable one at or above the
    /// cgroup this process is in.
    pub parent: String,
    /// Its name, one path component: `jobctl-<alloc>-<task>`.
    pub name: String,
}

/// A cgroup: one directory, or one in each v1 hierarchy. It can be written down and found again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cgroup {
    /// On v2 its directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unified: Option<PathBuf>,
    /// On v1 the directory for each controller.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub controllers: BTreeMap<String, PathBuf>,
}

/// A cgroup just made.
#[derive(Debug)]
pub struct Created {
    /// The cgroup.
    pub cgroup: Cgroup,
    /// The way in.
    pub entry: Entry,
    /// Default limits that cannot be enforced here.
    pub notes: Vec<Note>,
}

/// What can go wrong with a cgroup.
#[derive(Debug, thiserror::Error)]
pub enum CgroupError {
    /// A limit that the author wrote cannot be enforced.
    #[error("the {limit:?} limit cannot be enforced: {reason}")]
    Unenforceable {
        /// Which.
        limit: Limit,
        /// Why.
        reason: String,
    },
    /// A file or directory.
    #[error("cannot {verb} {}", path.display())]
    File {
        /// `create`, `write`, `read`, `remove`
        verb: &'static str,
        /// Which.
        path: PathBuf,
        /// The kernel's answer.
        source: io::Error,
    },
    /// Processes that cannot be killed.
    #[error("{count} processes are still there after SIGKILL in {}", path.display())]
    Alive {
        /// How many.
        count: usize,
        /// In which cgroup.
        path: PathBuf,
    },
}

impl Cgroup {
    /// Makes a cgroup with these limits.
    ///
    /// # Errors
    /// A required limit cannot be enforced, or a directory cannot be made. Nothing is left behind then.
    pub fn create(_place: &Place, _limits: &Limits) -> Result<Created, CgroupError> {
        Err(CgroupError::Unenforceable { limit: Limit::Memory, reason: String::new() })
    }

    /// The way into it, for a process that joins later (`exec`).
    ///
    /// # Errors
    /// It is gone.
    pub fn entry(&self) -> Result<Entry, CgroupError> {
        Ok(Entry::default())
    }

    /// Sets limits of a cgroup that is in use.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub fn set(&self, _limits: &Limits) -> Result<Vec<Note>, CgroupError> {
        Ok(Vec::new())
    }

    /// Its processes, and those of cgroups inside it.
    ///
    /// # Errors
    /// It cannot be read; a cgroup that is gone has none.
    pub fn processes(&self) -> Result<Vec<Pid>, CgroupError> {
        Ok(Vec::new())
    }

    /// Sends SIGKILL to all of them, those included that are being made meanwhile.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn kill(&self) -> Result<(), CgroupError> {
        Ok(())
    }

    /// How many of its processes the OOM killer has taken; `None` where nobody counts.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn oom_kills(&self) -> Result<Option<u64>, CgroupError> {
        Ok(None)
    }

    /// What it counts.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn figures(&self) -> Result<Figures, CgroupError> {
        Ok(Figures::default())
    }

    /// Kills what is left in it and removes it from all hierarchies. One that is gone already is removed.
    ///
    /// # Errors
    /// Something in it cannot be killed within two seconds, or a directory cannot be removed; the others are.
    pub fn remove(&self) -> Result<(), CgroupError> {
        Ok(())
    }
}
