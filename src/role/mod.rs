//! Which process of jobctl this is, and how to start another of us from our own pinned executable.
//!
//! How a role's process gets its instructions and says that it began, never what it does: the roles' own rooms know that.

mod begin;
mod report;
mod spawn;

use std::os::fd::RawFd;
use std::sync::OnceLock;

pub use begin::{Beginning, begin};
pub use report::{Outcome, Report};
pub use spawn::{Child, Newborn, Spawn, SpawnError};

/// A pipe through which nothing comes: it hangs up when the instructions are complete.
const COMPLETE: RawFd = 3;
/// Where descriptors come from and the report goes.
const REPORT: RawFd = 4;
/// A file in memory with the instructions.
const INSTRUCTIONS: RawFd = 5;

/// What a process of jobctl is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The command a user started (or a program that embeds the library, or a test).
    Command,
    /// Owns one allocation.
    Supervisor,
    /// Makes the world of one task, starts it and waits for it.
    Init,
    /// Starts one more program in the world of a task.
    Enter,
}

impl Role {
    const ALL: [Self; 4] = [Self::Command, Self::Supervisor, Self::Init, Self::Enter];

    /// The name of its processes: argument 0, and what `ps` shows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Command => "jobctl",
            Self::Supervisor => "jobctl-supervisor",
            Self::Init => "jobctl-init",
            Self::Enter => "jobctl-enter",
        }
    }

    /// Decided once, by argument 0 together with a pipe as descriptor 3; asked before `main` or as the first thing in it, before any thread exists. Somebody
    /// else who starts us like that can only have done what he could do himself: with privileges raised at exec it is
    /// never a role.
    pub fn of_this_process() -> Self {
        static ROLE: OnceLock<Role> = OnceLock::new();
        *ROLE.get_or_init(|| {
            let Some(name) = std::env::args_os().next() else { return Self::Command };
            let role = Self::ALL.into_iter().find(|role| *role.name() == *name).unwrap_or(Self::Command);
            let ours = role != Self::Command && begin::is_started_by_us() && !crate::sys::raised_privileges();
            if ours { role } else { Self::Command }
        })
    }
}
