//! The state directory: its layout, locks, atomic writes, and the journal.
//!
//! What is read back is input: its owner, mode and version are compared. Nothing here decides what is to be done about it.

mod allocation;
mod condition;
mod directory;
mod draft;
mod error;
mod identifier;
mod job;
mod journal;
mod launch;
mod lock;
mod name;
mod remove;
mod shared_volume;
mod snapshot;
mod status;
mod store;
mod temporary;

pub use allocation::{AllocationDirectory, Ownership};
pub use condition::Condition;
pub use directory::{Directory, Durability};
pub use draft::Draft;
pub use error::{Error, Holder, Problem};
pub use identifier::AllocationId;
pub use job::{Desired, JobRecord};
pub use journal::{Event, EventKind, Journal, JournalReader};
pub use launch::Launch;
pub use lock::{JobLock, PortsLock};
pub use name::encode;
pub use shared_volume::{LeftMount, SharedVolume};
pub use snapshot::Found;
pub use status::{AllocationStatus, Phase, StopCause, TaskExit, TaskPhase, TaskStatus};
pub use store::{Store, location};
