//! `jobctl export oci` from outside: what it writes and refuses, and that a runtime makes the same of a bundle as jobctl of the job.
//!
//! What needs root or a runtime and does not find it says `SKIP` and why.

#![expect(clippy::print_stdout, reason = "what is skipped, and how much was compared, is said")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bench;
mod command;
mod outputs;
mod world;
mod worlds;
