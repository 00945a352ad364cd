//! Findings as text: for people, and for the machines that read them.
//!
//! Each form is a function from findings and sources to a string or a value; printing is the command line's work.

mod github;
mod human;
mod json;
mod sarif;

pub use github::github;
pub use human::{Look, human};
pub use json::{FileReport, JsonReport};
pub use sarif::sarif;
