//! What can go wrong with the state directory.

use std::io;
use std::path::PathBuf;

use jiff::Timestamp;

use super::AllocationId;
use crate::plan::ReadPlanError;

/// Why state could not be read or written. Paths are relative to the state directory unless they begin with `/`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No place for state is known: no variable set and no home directory.
    #[error("no state directory: set JOBCTL_STATE_DIR or HOME, or give --state-dir")]
    NoLocation,
    /// The path is not absolute.
    #[error("the state directory {} is not an absolute path", .0.display())]
    Relative(PathBuf),
    /// A file or directory belongs to somebody else: it is not believed.
    #[error("{} belongs to user {owner}, not to user {expected}", path.display())]
    Owner {
        /// What.
        path: PathBuf,
        /// Its owner's user id.
        owner: u32,
        /// Whose it should be.
        expected: u32,
    },
    /// Others could have written it: it is not believed.
    #[error("{} can be written by others (mode {mode:04o}): run `chmod go-w` on it if it is yours", path.display())]
    Writable {
        /// What.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// Not a plain file.
    #[error("{} is not a regular file", .0.display())]
    NotAFile(PathBuf),
    /// A document of a newer jobctl.
    #[error("{} was written by a newer jobctl (version {found}, this one reads {known})", path.display())]
    Version {
        /// What.
        path: PathBuf,
        /// The version in the document.
        found: u64,
        /// The newest version this jobctl reads.
        known: u32,
    },
    /// A torn or foreign document.
    #[error("{} is not a document of jobctl; it is left as it is", path.display())]
    Malformed {
        /// What.
        path: PathBuf,
        /// Where it stops making sense.
        source: serde_json::Error,
    },
    /// A document cannot be written as JSON.
    #[error("{} cannot be written as JSON", path.display())]
    Encode {
        /// What.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// A plan that is not what it is named as.
    #[error("{} cannot be used", path.display())]
    Plan {
        /// What.
        path: PathBuf,
        /// Why.
        source: ReadPlanError,
    },
    /// Something jobctl does not put there.
    #[error("{} is not a file of jobctl; it is left as it is", .0.display())]
    Unknown(PathBuf),
    /// Not the form of an allocation's identifier.
    #[error("{0:?} is not the identifier of an allocation")]
    Identifier(String),
    /// Somebody else is changing this job.
    #[error("job {job:?} is being changed by {}", holder.as_ref().map_or_else(|| "another process".to_owned(), ToString::to_string))]
    Locked {
        /// The job.
        job: String,
        /// Who, if that could be read.
        holder: Option<Holder>,
    },
    /// Another process supervises this allocation.
    #[error("allocation {0} has a supervisor already")]
    Owned(AllocationId),
    /// The kernel refused.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// As in "cannot open …".
        action: &'static str,
        /// What.
        path: PathBuf,
        /// The kernel's word.
        source: io::Error,
    },
}

/// Something in the state directory that cannot be read or is not ours: it is reported and left alone.
pub type Problem = Error;

/// Who holds a lock.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Holder {
    /// Its process id.
    pub pid: u32,
    /// What it is doing: `run`, `stop`.
    pub command: String,
    /// Since when.
    pub since: Timestamp,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`jobctl {}` (process {}, since {:.0})", self.command, self.pid, self.since)
    }
}
