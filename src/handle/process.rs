//! A process that is held, so that it is never taken for another of its number.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Signal, pidfd_send_signal};

use super::Error;
use crate::linux::process::{Identity, has_ended};

/// The main process of a task. The descriptor is a pidfd: readable when the process has ended.
#[derive(Debug)]
pub struct Process {
    pidfd: OwnedFd,
    pid: u32,
}

impl Process {
    /// `None` where it has ended.
    pub(super) fn find(identity: &Identity) -> io::Result<Option<Self>> {
        Ok(identity.find()?.map(|pidfd| Self { pidfd, pid: identity.pid }))
    }

    /// Its number, for people: by the time it is read another process may have it.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Whether it has ended.
    ///
    /// # Errors
    /// Those of poll(2).
    pub fn has_ended(&self) -> Result<bool, Error> {
        has_ended(self.pidfd.as_fd()).map_err(Error::io("look at a process"))
    }

    /// Waits until it has ended. How it ended the task knows.
    ///
    /// # Errors
    /// Those of poll(2).
    pub fn wait(&self) -> Result<(), Error> {
        let ended = rustix::io::retry_on_intr(|| poll(&mut [PollFd::new(&self.pidfd, PollFlags::IN)], None));
        ended.map(drop).map_err(|errno| Error::io("wait for a process")(errno.into()))
    }

    /// Sends it a signal; one that has ended gets none.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn signal(&self, signal: Signal) -> Result<(), Error> {
        match pidfd_send_signal(&self.pidfd, signal) {
            Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
            Err(errno) => Err(Error::io("send a signal")(errno.into())),
        }
    }
}

impl AsFd for Process {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }
}
