//! The control socket of an allocation: one JSON document a line, a request and its answer.
//!
//! Commands only. What can be read is read from files, which answer with the supervisor dead.

mod client;
mod message;
mod server;

pub use client::{ControlError, request};
pub use message::{Answer, Request};
pub(super) use server::{Client, Server};
