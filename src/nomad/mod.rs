//! Talking to Nomad: a job as its API's JSON.
//!
//! Only the outer form: what a job means here is the plan's.

mod api;
mod canonical;

pub use api::{as_written, canonical};
