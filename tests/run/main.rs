//! Jobs run through the binary, looked at from inside and from outside.
//!
//! What needs root and does not find it says `SKIP` and why. Nothing here depends on how long something takes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::print_stdout, reason = "what is skipped is said")]

mod artifacts;
mod attached;
mod bad_state;
mod crash;
mod detached;
mod endings;
mod endurance;
mod exec;
mod failures;
mod harness;
mod kill_matrix;
mod lifecycle;
mod names;
mod old_supervisor;
mod output;
mod ports;
mod propagation;
mod rootless;
mod sensitive;
mod stats;
mod storm;
mod templates;
mod top;
mod units;

jobctl::run_at_load!(jobctl::run_if_child);
