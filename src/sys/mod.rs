//! The few kernel calls no crate wraps, each behind a safe function; the only room with `unsafe`.
//!
//! No policy: what is called, in which order and what an error means is said elsewhere.

mod birth;
mod bpf;
mod call;
mod clone;
mod entry;
mod executable;
mod fork;
mod inherited;
mod memory;
mod mount;
mod process;
mod step;

pub use birth::{Birth, BirthError, Born, Namespaces, Program, Underway};
pub use bpf::{Instruction, attach_device_program};
pub use entry::Entry;
pub use executable::own_executable;
pub use fork::{fork, perform_here};
pub use inherited::{inherited, is_pipe};
pub use memory::release_unused;
pub use mount::{MountAttributes, mount_setattr};
pub use process::{ignore_broken_pipes, is_alone, leave, make_ready, raised_privileges};
pub use step::Step;
