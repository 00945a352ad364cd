//! Why an apply, a stop or an adoption broke off.

use std::io;

use crate::plan::Digest;
use crate::planner::{AllocationName, PortError};
use crate::state::{self, AllocationId};
use crate::supervisor::{ControlError, StartSupervisorError};

/// Why a step was not performed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The state directory.
    #[error(transparent)]
    State(#[from] state::Error),
    /// A supervisor that did not begin. Of a new allocation nothing is left.
    #[error("cannot start allocation {name}")]
    Start {
        /// Which.
        name: AllocationName,
        /// Why.
        source: StartSupervisorError,
    },
    /// An allocation without a supervisor could not be given another.
    #[error("cannot take over allocation {id}, whose supervisor is gone")]
    Adopt {
        /// Which.
        id: AllocationId,
        /// Why.
        source: StartSupervisorError,
    },
    /// The supervisor did not do as it was asked.
    #[error("cannot {action} allocation {id}")]
    Control {
        /// As in "cannot stop …".
        action: &'static str,
        /// Which.
        id: AllocationId,
        /// Why.
        source: ControlError,
    },
    /// An allocation that a step names is not there.
    #[error("allocation {0} is not there")]
    Missing(AllocationId),
    /// The plan in force is not stored any more.
    #[error("plan {0} is in force, but not there")]
    NoPlan(Digest),
    /// The supervisor of an allocation dies again and again.
    #[error("the supervisors of allocation {0} are killed one after the other")]
    Dying(AllocationId),
    /// Its tasks have ended, and the supervisor cannot write that down.
    #[error("the tasks of allocation {0} have ended, and its supervisor waits to write that down: is the disk full?")]
    Unwritten(AllocationId),
    /// A port cannot be had.
    #[error("allocation {name} cannot have its ports")]
    Ports {
        /// Which.
        name: AllocationName,
        /// Why.
        source: PortError,
    },
    /// The kernel refused.
    #[error("cannot {action}")]
    Io {
        /// As in "cannot wait …".
        action: &'static str,
        /// The kernel's word.
        source: io::Error,
    },
}
