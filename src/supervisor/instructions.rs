//! What a supervisor is told, and how one is started.

use std::collections::BTreeMap;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;

use rustix::process::{WaitId, WaitIdOptions, waitid};
use serde::{Deserialize, Serialize};

use super::{Failure, Lifeline};
use crate::linux::process;
use crate::role::{Newborn, Outcome, Role, Spawn, SpawnError};
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

/// A supervisor without an allocation: it loads while it is being decided what is to run. Dropped, it ends.
#[derive(Debug)]
pub struct Reserve {
    /// The allocation it will have.
    pub allocation: AllocationId,
    newborn: Newborn,
}

impl Reserve {
    /// Starts its process, for an allocation of this identifier.
    ///
    /// # Errors
    /// The process cannot be made.
    pub fn new(allocation: AllocationId) -> Result<Self, StartSupervisorError> {
        let newborn = Spawn { session: true, ..Spawn::of(Role::Supervisor, allocation.as_str()) }.bear();
        match newborn {
            Ok(newborn) => Ok(Self { allocation, newborn }),
            Err(source) => Err(StartSupervisorError::Spawn { allocation, source }),
        }
    }

    /// Gives it its allocation, whose launch document is written, and waits until it has taken it over: its directories are made, its
    /// socket listens, its first tasks are being started.
    ///
    /// # Errors
    /// [`StartSupervisorError`]; nothing runs then.
    pub fn start(
        self,
        state: &std::path::Path,
        lifeline: Option<&Lifeline>,
        sensitive: &BTreeMap<String, String>,
    ) -> Result<Supervisor, StartSupervisorError> {
        self.instruct(state, lifeline, false, sensitive)
    }

    fn instruct(
        self,
        state: &std::path::Path,
        lifeline: Option<&Lifeline>,
        adopt: bool,
        sensitive: &BTreeMap<String, String>,
    ) -> Result<Supervisor, StartSupervisorError> {
        let Self { allocation, mut newborn } = self;
        let instructions = Instructions {
            version: VERSION,
            state: state.to_owned(),
            allocation: allocation.clone(),
            adopt,
            sensitive: sensitive.clone(),
        };
        let descriptors: Vec<BorrowedFd<'_>> = lifeline.into_iter().flat_map(Lifeline::for_supervisor).collect();
        let child = match newborn.instruct(&instructions).and_then(|()| newborn.give(&(), &descriptors)) {
            Ok(child) => child,
            Err(source) => return Err(StartSupervisorError::Spawn { allocation, source }),
        };
        match child.outcome() {
            Ok(Outcome::Ready(_)) => Ok(Supervisor { pidfd: child.pidfd }),
            Ok(Outcome::Failed(source)) => {
                child.end();
                Err(StartSupervisorError::Failed { allocation, source })
            }
            Ok(Outcome::Died) => {
                child.end();
                Err(StartSupervisorError::Died { allocation })
            }
            Err(source) => Err(StartSupervisorError::Report { allocation, source }),
        }
    }
}

/// Starts another supervisor for an allocation that has lost its own; as [`Reserve::start`].
///
/// # Errors
/// [`StartSupervisorError`]
pub fn adopt(
    state: &std::path::Path,
    allocation: &AllocationId,
    lifeline: Option<&Lifeline>,
) -> Result<Supervisor, StartSupervisorError> {
    Reserve::new(allocation.clone())?.instruct(state, lifeline, true, &BTreeMap::new())
}
