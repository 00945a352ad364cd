//! A tree of values → a typed `Job`, spans kept, nothing filled in that the author did not write.
//!
//! One file a block. Rules that need more than one block belong to the validator.

mod duration;

pub use duration::{Duration, ParseDurationError};
