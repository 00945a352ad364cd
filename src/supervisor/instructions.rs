//! What a supervisor is told, and how one is started.

use std::collections::BTreeMap;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;

use rustix::process::{WaitId, WaitIdOptions, waitid};
use serde::{Deserialize, Serialize};

use super::{Failure, Lifeline};
use crate::linux::process;
use crate::role::{Outcome, Role, Spawn, SpawnError};
use crate::state::AllocationId;

/// The version of [`Instructions`]; both ends are the same executable.
const VERSION: u32 = 1;

/// All a supervisor is told; the rest lies in the allocation's directory.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Instructions {
    pub(super) version: u32,
    /// The state directory.
    pub(super) state: PathBuf,
    /// Which allocation.
    pub(super) allocation: AllocationId,
    /// Whether another supervisor had it before.
    pub(super) adopt: bool,
    /// Values that are in no plan, by the names that refer to them.
    pub(super) sensitive: BTreeMap<String, String>,
}

/// Why there is no supervisor.
#[derive(Debug, thiserror::Error)]
pub enum StartSupervisorError {
    /// It could not be started.
    #[error("cannot start a supervisor for allocation {allocation}")]
    Spawn {
        /// Which.
        allocation: AllocationId,
        /// Why.
        source: SpawnError,
    },
    /// Its report cannot be read.
    #[error("cannot hear from the supervisor of allocation {allocation}")]
    Report {
        /// Which.
        allocation: AllocationId,
        /// Why.
        source: std::io::Error,
    },
    /// It says why it did not begin.
    #[error("the supervisor of allocation {allocation} could not begin")]
    Failed {
        /// Which.
        allocation: AllocationId,
        /// Why.
        source: Failure,
    },
    /// It ended without a word.
    #[error("the supervisor of allocation {allocation} was killed before it began")]
    Died {
        /// Which.
        allocation: AllocationId,
    },
}

/// A supervisor that has begun.
#[derive(Debug)]
pub struct Supervisor {
    /// Readable when it has ended.
    pub pidfd: OwnedFd,
}

impl Supervisor {
    /// Whether it has ended.
    pub fn has_ended(&self) -> bool {
        process::has_ended(self.pidfd.as_fd()).unwrap_or(true)
    }

    /// Waits for its end and frees its entry in the process table; without this it stays there until we end.
    pub fn reap(self) {
        let id = || WaitId::PidFd(self.pidfd.as_fd());
        let _ = rustix::io::retry_on_intr(|| waitid(id(), WaitIdOptions::EXITED));
    }
}

/// Starts the supervisor of an allocation whose launch document is written, and waits until it has taken it over: its
/// directories are made, its socket listens, its first tasks are being started.
///
/// # Errors
/// [`StartSupervisorError`]; nothing runs then.
pub fn start(
    state: &std::path::Path,
    allocation: &AllocationId,
    lifeline: Option<&Lifeline>,
    adopt: bool,
    sensitive: &BTreeMap<String, String>,
) -> Result<Supervisor, StartSupervisorError> {
    let instructions = Instructions {
        version: VERSION,
        state: state.to_owned(),
        allocation: allocation.clone(),
        adopt,
        sensitive: sensitive.clone(),
    };
    let descriptors: Vec<BorrowedFd<'_>> = lifeline.into_iter().flat_map(Lifeline::for_supervisor).collect();
    let spawn = Spawn { session: true, descriptors: &descriptors, ..Spawn::of(Role::Supervisor, allocation.as_str()) };
    let allocation = || allocation.clone();
    let child = spawn
        .start(&instructions)
        .map_err(|source| StartSupervisorError::Spawn { allocation: allocation(), source })?;
    let outcome =
        child.outcome().map_err(|source| StartSupervisorError::Report { allocation: allocation(), source })?;
    match outcome {
        Outcome::Ready(_) => Ok(Supervisor { pidfd: child.pidfd }),
        Outcome::Failed(source) => {
            child.end();
            Err(StartSupervisorError::Failed { allocation: allocation(), source })
        }
        Outcome::Died => {
            child.end();
            Err(StartSupervisorError::Died { allocation: allocation() })
        }
    }
}
