//! What can go wrong with a cgroup.

use std::io;
use std::path::{Path, PathBuf};

use super::Limit;

/// What can go wrong with a cgroup.
#[derive(Debug, thiserror::Error)]
pub enum CgroupError {
    /// A limit that the author wrote cannot be enforced.
    #[error("the {limit} limit cannot be enforced: {reason}")]
    Unenforceable {
        /// Which.
        limit: Limit,
        /// Why.
        reason: String,
    },
    /// Cgroups are not there, or none can be made here.
    #[error("no cgroup can be made: {reason}")]
    Unavailable {
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

impl CgroupError {
    /// Whether it is what an ordinary user, a read-only mount, a container or a full hierarchy answers.
    pub(super) fn is_refusal(&self) -> bool {
        let Self::File { source, .. } = self else { return false };
        matches!(source.raw_os_error(), Some(libc::EACCES | libc::EPERM | libc::EROFS | libc::ENOSPC | libc::ENOSYS))
    }

    /// For `map_err`: what was done to which file.
    pub(super) fn file(verb: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { verb, path: path.to_owned(), source }
    }
}
