//! The role `init`: makes the world of one task, starts it, moves its output, reaps, and records how it ended. And the role `enter`:
//! starts one more program in that world.
//!
//! One run of one task. Restarts, signals and time-outs are the supervisor's business.

mod enter;
mod entrance;
mod failure;
mod launch;
mod limits;
mod lookup;
mod prepare;
mod record;
mod run;
mod start;
mod task;
mod watch;

pub use enter::run as run_enter;
pub use entrance::{Entered, Entrance, EntranceError, Size};
pub use failure::Failure;
pub use launch::{Descriptors, Launch, VERSION};
pub use limits::{device_rules, limits};
pub use record::ExitRecord;
pub use run::run;
pub use start::{Instructed, Newborn, StartError, Started, Starting, bear, is_pid_one, start};
