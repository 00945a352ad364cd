//! What links an attached run to its command: pipes whose ends tell who is still there, and a bell that tells of news.
//!
//! Better than PR_SET_PDEATHSIG, which counts threads, is cleared by setuid, and is not seen by process 1 of a namespace.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::linux::bell::Bell;

/// The command's end of the link: while it is held, the command is there.
#[derive(Debug)]
pub struct Lifeline {
    /// The supervisor sees the end of file when the command is gone, and stops the tasks gracefully.
    command: (OwnedFd, OwnedFd),
    /// Both the command and the supervisor hold the write end: init sees the end of file when nobody is left to stop its
    /// task, and kills it.
    anybody: (OwnedFd, OwnedFd),
    /// Rung when there is something new to show.
    bell: Bell,
}

impl Lifeline {
    /// A new one.
    ///
    /// # Errors
    /// Those of pipe2(2) and eventfd(2).
    pub fn new() -> io::Result<Self> {
        let pipe = || rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC);
        Ok(Self { command: pipe()?, anybody: pipe()?, bell: Bell::new()? })
    }

    /// Rung by the allocations that are linked when they have written something.
    pub fn bell(&self) -> &Bell {
        &self.bell
    }

    /// What a supervisor is given.
    pub(super) fn for_supervisor(&self) -> [BorrowedFd<'_>; 4] {
        [self.command.0.as_fd(), self.anybody.0.as_fd(), self.anybody.1.as_fd(), self.bell.as_fd()]
    }
}

/// The supervisor's end of the link.
#[derive(Debug)]
pub(super) struct Link {
    /// Hangs up when the command is gone.
    pub(super) command: OwnedFd,
    /// Given to each init.
    pub(super) anybody: OwnedFd,
    /// Held, and never used.
    _alive: OwnedFd,
    /// Rung after what is written; given to each init.
    pub(super) bell: Bell,
}

impl Link {
    /// From what the supervisor was given; `None` if it is linked to nobody.
    pub(super) fn of(descriptors: Vec<OwnedFd>) -> Option<Self> {
        let [command, anybody, alive, bell] = <[OwnedFd; 4]>::try_from(descriptors).ok()?;
        Some(Self { command, anybody, _alive: alive, bell: bell.into() })
    }
}
