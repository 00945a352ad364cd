//! What must change from what is in force to a plan: the diff, and the ordered steps that bring it about.
//!
//! Pure: nothing is read or performed. Which fields can change in a running task is one table, in `effect`.

mod change;
mod step;

pub use change::{Action, Change, Counts, Diff, Effect, FieldChange};
pub use step::{AllocationName, Step};
