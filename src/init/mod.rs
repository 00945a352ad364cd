//! The role `init`: makes the world of one task, starts it, moves its output, reaps, and records how it ended.
//!
//! One run of one task. Restarts, signals and time-outs are the supervisor's business.

mod launch;
mod limits;
mod record;
mod start;

pub use launch::{Descriptors, Launch, VERSION};
pub use limits::limits;
pub use record::ExitRecord;
pub use start::{Failure, StartError, Started, Starting, begin, start};

/// The life of an init process.
pub fn run() -> i32 {
    0
}
