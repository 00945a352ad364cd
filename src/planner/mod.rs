//! What must change from what is in force to a plan: the diff, and the ordered steps that bring it about.
//!
//! Pure: nothing is read or performed. Which fields can change in a running task is one table, in `effect`.

mod change;
mod diff;
mod effect;
mod fields;
mod group_comparison;
mod ports;
mod secret;
mod step;
mod steps;
#[cfg(test)]
mod tests;
mod whole;

pub use change::{Action, Change, Counts, Diff, Effect, FieldChange};
pub use diff::diff;
pub use ports::{PortError, assign};
pub use secret::{MASK, is_secret};
pub use step::{AllocationName, Step};
pub use whole::with_whole_things;
