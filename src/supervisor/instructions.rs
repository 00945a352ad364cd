//! What a supervisor is told, and how one is started.

use std::collections::BTreeMap;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::process::{WaitId, WaitIdOptions, waitid};
use serde::{Deserialize, Serialize};

use super::assignment::Portion;
use super::{Failure, Lifeline};
use crate::linux::{cgroup, process};
use crate::plan::Foreseen;
use crate::role::{Newborn, Outcome, Role, Spawn, SpawnError};
use crate::state::{AllocationId, Launch, Store};

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
    /// Values that are in no plan, by the names that refer to them.
    pub(super) sensitive: BTreeMap<String, String>,
    /// Told before it is decided.
    pub(super) expected: Option<Expected>,
}

/// What an allocation will be about which it is not decided yet. Should it be another after all, nothing of this counts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Expected {
    /// What its plan says about it.
    pub portion: Portion,
    /// [`crate::state::Launch::cgroup_parent`] of a detached job; `None` of one that is linked to its command.
    pub session: Option<String>,
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
    allocation: AllocationId,
    newborn: Newborn,
    /// Whether it was told what is foreseen, which it waits for.
    foreseen: bool,
}

/// A supervisor that knows which allocation it will have, and waits until that is there. Dropped, it ends.
#[derive(Debug)]
pub struct Instructed {
    allocation: AllocationId,
    newborn: Newborn,
    /// After the process, which makes it.
    traces: Traces,
}

/// What is left of a supervisor that was told what to expect. Dropped, it goes.
#[derive(Debug)]
struct Traces {
    state: PathBuf,
    expected: bool,
    /// The parent of the cgroup to which it has left the session.
    session: Option<String>,
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Some(parent) = &self.session {
            cgroup::clear_session(parent);
        }
        if let Some(Ok(Some(store))) = self.expected.then(|| Store::open(&self.state)) {
            let _ = store.sweep();
        }
    }
}

impl Reserve {
    /// Starts its process, for an allocation of this identifier.
    ///
    /// # Errors
    /// The process cannot be made.
    pub fn new(allocation: AllocationId) -> Result<Self, StartSupervisorError> {
        let newborn = Spawn { session: true, ..Spawn::of(Role::Supervisor, allocation.as_str()) }.bear();
        match newborn {
            Ok(newborn) => Ok(Self { allocation, newborn, foreseen: false }),
            Err(source) => Err(StartSupervisorError::Spawn { allocation, source }),
        }
    }

    /// Tells it once which task is foreseen to start first, if any: it has that one's init load meanwhile.
    ///
    /// # Errors
    /// It cannot be told; it ends then.
    pub fn foresee(self, foreseen: Option<&Foreseen>) -> Result<Self, StartSupervisorError> {
        match self.newborn.say(&foreseen) {
            Ok(()) => Ok(Self { foreseen: true, ..self }),
            Err(source) => Err(StartSupervisorError::Spawn { allocation: self.allocation, source }),
        }
    }

    /// Tells it where its allocation will be, and what, if that is known: then it makes all of it meanwhile that nobody sees.
    ///
    /// # Errors
    /// It cannot be told; it ends then.
    pub fn instruct(
        self,
        state: &Path,
        sensitive: &BTreeMap<String, String>,
        expected: Option<Expected>,
    ) -> Result<Instructed, StartSupervisorError> {
        let told = if self.foreseen { self } else { self.foresee(None)? };
        let Self { allocation, mut newborn, .. } = told;
        let session = expected.as_ref().and_then(|expected| expected.session.clone());
        let traces = Traces { state: state.to_owned(), expected: expected.is_some(), session };
        let instructions = Instructions {
            version: VERSION,
            state: state.to_owned(),
            allocation: allocation.clone(),
            sensitive: sensitive.clone(),
            expected,
        };
        match newborn.instruct(&instructions) {
            Ok(()) => Ok(Instructed { allocation, newborn, traces }),
            Err(source) => Err(StartSupervisorError::Spawn { allocation, source }),
        }
    }
}

impl Instructed {
    /// The allocation it will have.
    pub fn allocation(&self) -> &AllocationId {
        &self.allocation
    }

    /// Has it make its allocation, and waits until that is done: its directories are made, its socket listens, its first tasks are being
    /// started.
    ///
    /// # Errors
    /// [`StartSupervisorError`]; nothing runs then.
    pub fn start(self, launch: &Launch, lifeline: Option<&Lifeline>) -> Result<Supervisor, StartSupervisorError> {
        self.give(Some(launch), lifeline)
    }

    fn give(self, launch: Option<&Launch>, lifeline: Option<&Lifeline>) -> Result<Supervisor, StartSupervisorError> {
        let Self { allocation, newborn, mut traces } = self;
        let descriptors: Vec<BorrowedFd<'_>> = lifeline.into_iter().flat_map(Lifeline::for_supervisor).collect();
        let child = match newborn.give(&launch, &descriptors) {
            Ok(child) => child,
            Err(source) => return Err(StartSupervisorError::Spawn { allocation, source }),
        };
        match child.outcome() {
            Ok(Outcome::Ready(_)) => {
                (traces.session, traces.expected) = (None, false);
                Ok(Supervisor { pidfd: child.pidfd })
            }
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

/// Starts another supervisor for an allocation that has lost its own; as [`Instructed::start`].
///
/// # Errors
/// [`StartSupervisorError`]
pub fn adopt(
    state: &Path,
    allocation: &AllocationId,
    lifeline: Option<&Lifeline>,
) -> Result<Supervisor, StartSupervisorError> {
    Reserve::new(allocation.clone())?.instruct(state, &BTreeMap::new(), None)?.give(None, lifeline)
}
