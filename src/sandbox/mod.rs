//! A task of the plan → the kernel calls that make its world, in order; and the one `match` that performs one of them.
//!
//! Nothing is decided while performing. What a task sees is the plan's business.

mod lower;
mod operation;

pub use lower::{Directories, Method, lower};
pub use operation::SetupOp;
