//! What a task brings along, put in place before it starts: its payload, its artifacts, its templates.
//!
//! Performed by a process that already is the task's user inside the task's root; how it comes there is init's business.

mod archive;
mod artifact;
pub mod authorities;
mod failure;
mod payload;
mod perform;
mod places;
mod template;
mod tree;

pub use failure::Failure;
pub use perform::{is_needed, prepare};

#[cfg(test)]
mod tests;
