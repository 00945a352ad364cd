//! The kernel's nouns, typed: mounts, namespaces, capabilities, limits, cgroups, AppArmor; and probing for them.
//!
//! Each file knows one noun. What a task gets of them is decided by the plan and the sandbox.

pub mod accounts;
pub mod apparmor;
pub mod bell;
pub mod capability;
pub mod cgroup;
pub mod id_map;
pub mod kernel_file;
pub mod listening;
pub mod mountinfo;
pub mod probe;
pub mod process;
pub mod process_stat;
pub mod rlimit;
pub mod signal;

pub use probe::{Facts, probe};
