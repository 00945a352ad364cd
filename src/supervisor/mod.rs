//! The supervisor of an allocation: its tasks in their order, restarts, stops, status, journal and control socket.
//!
//! One process an allocation, one thread, one loop. What is decided is decided in `lifecycle`, without touching anything.

mod lifecycle;
mod moment;
mod restart;

pub use lifecycle::{Action, AllocationMachine, Input, Resumption, StopCause, TaskMachine};
pub use moment::Moment;
