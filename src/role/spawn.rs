//! Starting another process of ours.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::process::Pid;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Role;

/// How a process of ours is started: fresh exec of the pinned executable, empty environment, standard streams on
/// /dev/null, no descriptor but those given.
#[derive(Debug)]
pub struct Spawn<'a> {
    /// What it is to be.
    pub role: Role,
    /// In a session of its own (`run --detach`, supervisors).
    pub session: bool,
    /// Its standard error; /dev/null if none.
    pub stderr: Option<BorrowedFd<'a>>,
    /// Given to it; it finds them in [`super::Beginning::descriptors`] in this order.
    pub descriptors: &'a [BorrowedFd<'a>],
    /// The cgroup it is born in; the caller's if none.
    pub cgroup: Option<&'a crate::sys::Entry>,
}

impl Spawn<'_> {
    /// Starts it and hands it its instructions. It has begun when [`Child::outcome`] says so.
    ///
    /// # Errors
    /// The process could not be made, or died before it read its instructions.
    pub fn start<I: Serialize>(&self, _instructions: &I) -> Result<Child, SpawnError> {
        Err(SpawnError::Start(io::ErrorKind::Unsupported.into()))
    }
}

/// A process of ours that was started.
#[derive(Debug)]
pub struct Child {
    /// Its number as we see it.
    pub pid: Pid,
    /// It itself: readable when it has ended.
    pub pidfd: OwnedFd,
    /// Its report comes here: readable when there is one.
    pub report: OwnedFd,
}

/// What became of a start.
#[derive(Debug)]
pub enum Outcome<E> {
    /// It began and handed over these descriptors.
    Ready(Vec<OwnedFd>),
    /// It says why it did not.
    Failed(E),
    /// It ended without a word.
    Died,
}

impl Child {
    /// Waits for its report.
    ///
    /// # Errors
    /// The report cannot be read.
    pub fn outcome<E: DeserializeOwned>(&self) -> io::Result<Outcome<E>> {
        Ok(Outcome::Died)
    }
}

/// Why a process of ours did not start.
#[derive(Debug, thiserror::Error)]
pub enum SpawnError {
    /// The kernel refused.
    #[error("cannot start a process of jobctl")]
    Start(#[source] io::Error),
}
