//! The few kernel calls no crate wraps, each behind a safe function; the only room with `unsafe`.
//!
//! No policy: what is called, in which order and what an error means is said elsewhere.

mod entry;

pub use entry::Entry;
