//! Starting one more program in a task that runs: what the role `enter` is told and given, and what comes back.
//!
//! Called by whoever wants it started, without the task's supervisor. Which program, as whom and with which environment is said there.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::process::{Signal, WaitId, WaitIdOptions, pidfd_send_signal, waitid};
use serde::{Deserialize, Serialize};

use super::Failure;
use crate::plan::Task;
use crate::role::{Child, Outcome, Role, Spawn};
use crate::sys::Entry;

/// The version of [`Instructions`].
pub(super) const VERSION: u32 = 1;

/// The size of a terminal, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// Lines.
    pub rows: u16,
    /// Characters in a line.
    pub columns: u16,
}

/// What goes over the pipe.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Instructions {
    pub(super) version: u32,
    /// The task, complete, with the program and all else that is different about it.
    pub(super) task: Task,
    /// Its directory on the host.
    pub(super) directory: PathBuf,
    /// Its size, where a terminal is wanted.
    pub(super) terminal: Option<Size>,
}

/// What a descriptor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Item {
    Anchor,
    Lifeline,
    /// Standard input, then output, then error.
    Stream,
    Unified,
    Tasks,
}

/// What the role holds.
#[derive(Debug)]
pub(super) struct Given {
    /// The task's init, whose namespaces are the task's.
    pub(super) anchor: OwnedFd,
    /// Hangs up when nobody waits for the program any more.
    pub(super) lifeline: OwnedFd,
    /// The program's three; not used where it has a terminal.
    pub(super) streams: [OwnedFd; 3],
    /// The way into the task's cgroup.
    pub(super) entry: Entry,
}

impl Given {
    /// Sorts out what came along; `None` if it is not what the manifest says.
    pub(super) fn unpack(manifest: &[Item], descriptors: Vec<OwnedFd>) -> Option<Self> {
        if manifest.len() != descriptors.len() {
            return None;
        }
        let (mut anchor, mut lifeline, mut streams, mut entry) = (None, None, Vec::new(), Entry::default());
        for (item, descriptor) in manifest.iter().zip(descriptors) {
            match item {
                Item::Anchor => anchor = Some(descriptor),
                Item::Lifeline => lifeline = Some(descriptor),
                Item::Stream => streams.push(descriptor),
                Item::Unified => entry.unified = Some(descriptor),
                Item::Tasks => entry.tasks.push(descriptor),
            }
        }
        Some(Self { anchor: anchor?, lifeline: lifeline?, streams: streams.try_into().ok()?, entry })
    }
}

/// A program to be started in a task.
#[derive(Debug)]
pub struct Entrance<'a> {
    /// The task as its start completed it, with this program as its command, and with the user, environment and directory the program is
    /// to have.
    pub task: &'a Task,
    /// The task's directory on the host.
    pub directory: &'a Path,
    /// The task's init.
    pub anchor: BorrowedFd<'a>,
    /// The way into the task's cgroup.
    pub entry: &'a Entry,
    /// Read end of a pipe: the program is killed when its last writer is gone.
    pub lifeline: BorrowedFd<'a>,
    /// Standard input, output and error; ignored where there is a terminal.
    pub streams: [BorrowedFd<'a>; 3],
    /// With a terminal of this size as all three.
    pub terminal: Option<Size>,
}

/// Why it was not started. Nothing of it is left.
#[derive(Debug, thiserror::Error)]
pub enum EntranceError {
    /// A step failed, or the command is not there.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// Our process could not be started.
    #[error("cannot start a process that enters {address}")]
    Process {
        /// The task's address.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// It ended without a word.
    #[error("the process that was to enter {address} was killed")]
    Died {
        /// The task's address.
        address: String,
    },
}

/// A program that runs in a task.
#[derive(Debug)]
pub struct Entered {
    child: Child,
    lead: OwnedFd,
    /// The terminal's other end, where one was wanted.
    pub terminal: Option<OwnedFd>,
}

impl Entrance<'_> {
    /// Starts it; returns when its program is executed.
    ///
    /// # Errors
    /// [`EntranceError`]
    pub fn start(&self) -> Result<Entered, EntranceError> {
        let address = || self.task.address.clone();
        let refused = |source| EntranceError::Process { address: address(), source };
        let mut given = vec![(Item::Anchor, self.anchor), (Item::Lifeline, self.lifeline)];
        given.extend(self.streams.map(|stream| (Item::Stream, stream)));
        given.extend(self.entry.unified.iter().map(|directory| (Item::Unified, directory.as_fd())));
        given.extend(self.entry.tasks.iter().map(|file| (Item::Tasks, file.as_fd())));
        let (manifest, descriptors): (Vec<_>, Vec<_>) = given.into_iter().unzip();
        let instructions = Instructions {
            version: VERSION,
            task: self.task.clone(),
            directory: self.directory.to_owned(),
            terminal: self.terminal,
        };
        let newborn = Spawn { session: true, ..Spawn::of(Role::Enter, &self.task.name) }.bear();
        let child = newborn.and_then(|mut newborn| {
            newborn.instruct(&instructions)?;
            newborn.give(&manifest, &descriptors)
        });
        let child = child.map_err(|error| refused(io::Error::other(error)))?;
        let outcome = child.outcome();
        let error = match outcome {
            Ok(Outcome::Ready(descriptors)) => {
                let mut descriptors = descriptors.into_iter();
                match descriptors.next() {
                    Some(lead) => return Ok(Entered { child, lead, terminal: descriptors.next() }),
                    None => EntranceError::Died { address: address() },
                }
            }
            Ok(Outcome::Failed(failure)) => EntranceError::Failed(failure),
            Ok(Outcome::Died) => EntranceError::Died { address: address() },
            Err(source) => refused(source),
        };
        child.end();
        Err(error)
    }
}

impl Entered {
    /// Readable when the program has ended.
    pub fn ended(&self) -> BorrowedFd<'_> {
        self.child.pidfd.as_fd()
    }

    /// Sends the program a signal. One that has ended gets none.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn signal(&self, signal: Signal) -> io::Result<()> {
        match pidfd_send_signal(&self.lead, signal) {
            Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Waits for its end: its exit code, 128 + n where signal n ended it; `None` where our process that knew was killed.
    ///
    /// # Errors
    /// Those of waitid(2).
    pub fn wait(self) -> io::Result<Option<i32>> {
        let pidfd = || WaitId::PidFd(self.child.pidfd.as_fd());
        let status = rustix::io::retry_on_intr(|| waitid(pidfd(), WaitIdOptions::EXITED))?;
        Ok(status.and_then(|status| status.exit_status()))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    #[test]
    fn what_is_missing_is_noticed() {
        let descriptors = |count: usize| (0..count).map(|_| File::open("/dev/null").unwrap().into()).collect();
        let all = [Item::Anchor, Item::Lifeline, Item::Stream, Item::Stream, Item::Stream, Item::Tasks];
        let given = Given::unpack(&all, descriptors(6)).unwrap();
        assert_eq!(given.entry.tasks.len(), 1);
        assert!(Given::unpack(&all, descriptors(5)).is_none());
        assert!(Given::unpack(&all[1..], descriptors(5)).is_none());
    }
}
