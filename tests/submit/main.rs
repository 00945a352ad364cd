//! `jobctl submit` against a server that answers as Nomad's API does, and against a real agent where there is one.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod agent;
mod bench;
mod following;
mod planning;
mod reference;
mod refusing;
mod sending;
mod server;
mod trust;
