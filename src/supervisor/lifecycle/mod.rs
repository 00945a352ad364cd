//! The life of an allocation and its tasks as pure machines: what happened goes in, what is to be done comes out.
//!
//! No clock, no process, no file: time is a value, and everything here is tested without waiting.

mod action;
mod allocation;
mod task;
#[cfg(test)]
mod tests;

pub use action::{Action, Input};
pub use allocation::AllocationMachine;
pub use task::{Resumption, TaskMachine};
