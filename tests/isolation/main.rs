//! Isolation, looked at from inside the task and from outside. Live: needs root, cgroups and namespaces; without them each test says SKIP.
//!
//! Every test has a mount namespace of its own, so that nothing it mounts can reach the machine. Init is this test binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::print_stdout, reason = "what is skipped is said")]

mod apparmor;
mod escape;
mod harness;
mod identity;
mod lifetime;
mod limits;
mod propagation;
mod start;
mod world;

jobctl::run_at_load!(jobctl::run_if_child);
