//! A task of the plan → the kernel calls that make its world, in order; and the one `match` that performs one of them.
//!
//! Nothing is decided while performing. What a task sees is the plan's business.

mod by_descriptor;
mod by_path;
mod destination;
mod identity;
mod lower;
mod operation;
mod perform;

pub use identity::{IdentityStep, Origin, Unknown, identity};
pub use lower::{Directories, Means, Method, TERMINAL_GROUP, lower};
pub use operation::{Setup, SetupOp};
pub use perform::Performer;
