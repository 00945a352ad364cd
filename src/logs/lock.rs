//! The guard that lets one process at a time move a task's output.
//!
//! Two readers of one pipe, each with its own file position, overwrite what the other wrote.

use std::os::fd::OwnedFd;

use rustix::fs::FlockOperation;

use super::Error;

/// An exclusive lock on a task's output, held until dropped or until this process ends, however it ends.
///
/// It is a record lock of fcntl(2): one of flock(2) would stay held by a forked child after the holder's SIGKILL. Record locks
/// belong to the process, and any close of the same file releases them: the file must be opened nowhere else in this process.
#[derive(Debug)]
pub struct Lock {
    _file: OwnedFd,
}

impl Lock {
    /// Takes the lock. `file` is the task's lock file, open for writing.
    ///
    /// # Errors
    /// [`Error::Locked`] while another process holds it.
    pub fn take(file: OwnedFd) -> Result<Self, Error> {
        match rustix::fs::fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Self { _file: file }),
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::ACCESS) => Err(Error::Locked),
            Err(errno) => Err(Error::Lock(errno.into())),
        }
    }
}
