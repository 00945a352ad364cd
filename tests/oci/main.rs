//! `jobctl export oci` from outside: what it writes and refuses, and that a runtime makes the same of a bundle as jobctl of the job.
//!
//! What needs root or a runtime and does not find it says `SKIP` and why.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod command;
