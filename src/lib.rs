//! jobctl runs declarative job specifications on one Linux machine: text → plan → diff → steps → isolated processes.
//!
//! The rooms, in the order in which they may use each other, are in ARCHITECTURE.md; `tests/architecture.rs` holds the map.

pub mod applier;
pub mod cli;
pub mod compile;
pub mod diagnostic;
pub mod eval;
pub mod fetch;
pub mod format;
pub mod handle;
pub mod host;
pub mod init;
pub mod jobspec;
pub mod linux;
pub mod logs;
pub mod nomad;
pub mod oci;
pub mod parser;
pub mod plan;
pub mod planner;
pub mod role;
pub mod sandbox;
pub mod state;
pub mod stats;
pub mod supervisor;
pub mod sys;
pub mod template;
pub mod validator;

/// Runs the role this process was started for, if it is one of jobctl's own, and does not return then. The first line of `main` in
/// every program that uses this library to run jobs, before any thread exists.
pub fn run_if_child() {
    match role::Role::of_this_process() {
        role::Role::Init => sys::leave(init::run()),
        role::Role::Enter => sys::leave(init::run_enter()),
        role::Role::Supervisor => sys::leave(supervisor::run()),
        role::Role::Command => (),
    }
}
