//! Who asks: the person whose permissions count.
//!
//! Only the answer; who that is (the real user, the one behind sudo, `--as`) is found at the edge.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// The user on whose behalf a job is planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// The name; the number as text where it has none.
    pub user: String,
    /// User id of the process: what a task runs as where there are no privileges.
    pub uid: u32,
    /// Its primary group.
    pub gid: u32,
    /// Names of all groups, for policies.
    pub groups: BTreeSet<String>,
    /// Whether the process is root and may make mounts, devices and other users' processes.
    pub privileged: bool,
}
