//! Which process of jobctl this is, and how to start another of us from our own pinned executable.
//!
//! How a role's process gets its instructions and says that it began, never what it does: the roles' own rooms know that.

mod spawn;

use std::os::fd::{BorrowedFd, OwnedFd};

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use spawn::{Child, Outcome, Spawn, SpawnError};

/// What a process of jobctl is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The command a user started (or a program that embeds the library, or a test).
    Command,
    /// Owns one allocation.
    Supervisor,
    /// Makes the world of one task, starts it and waits for it.
    Init,
    /// Fetches artifacts as the task's user.
    Fetch,
}

impl Role {
    /// Decided by argument 0 and the inherited descriptor [`INSTRUCTIONS`]; the first thing `main` asks, before any
    /// thread exists.
    pub fn of_this_process() -> Self {
        Self::Command
    }
}

/// What a role's process begins with.
#[derive(Debug)]
pub struct Beginning<I> {
    /// Its instructions.
    pub instructions: I,
    /// The descriptors given to [`Spawn::descriptors`], in that order, close-on-exec.
    pub descriptors: Vec<OwnedFd>,
    /// Says that it began, or why not.
    pub report: Report,
}

/// Tells the process that started us that we began, or why not.
#[derive(Debug)]
pub struct Report(#[expect(dead_code, reason = "the next commit")] OwnedFd);

impl Report {
    /// We began. Descriptors are handed over with it (at most 8).
    ///
    /// # Errors
    /// The one who started us is gone.
    pub fn ready(self, _descriptors: &[BorrowedFd<'_>]) -> std::io::Result<()> {
        Err(std::io::ErrorKind::Unsupported.into())
    }

    /// We did not, and why.
    ///
    /// # Errors
    /// The one who started us is gone.
    pub fn failed<E: Serialize>(self, _failure: &E) -> std::io::Result<()> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}

/// Reads what [`Spawn`] handed to this process. Call it once.
///
/// # Errors
/// The document cannot be read, or is of another version.
pub fn begin<I: DeserializeOwned>() -> std::io::Result<Beginning<I>> {
    Err(std::io::ErrorKind::Unsupported.into())
}
