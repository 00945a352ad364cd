//! The way into a cgroup for a process that is about to be born.
//!
//! Descriptors only; which cgroup it is `linux::cgroup` knows.

use std::os::fd::OwnedFd;

/// Opened ends of a cgroup: on v2 its directory (`CLONE_INTO_CGROUP`), on v1 the `tasks` file of each hierarchy, to which
/// the newborn writes `0` itself. Moving a process by its number instead waits for an RCU grace period of many milliseconds.
#[derive(Debug, Default)]
pub struct Entry {
    /// The directory of a v2 cgroup.
    pub unified: Option<OwnedFd>,
    /// The `tasks` files of v1 cgroups.
    pub tasks: Vec<OwnedFd>,
}
