//! What this machine offers, found once and passed on as a value.
//!
//! Facts only: whether something is missing that a job needs, the plan and `doctor` say.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::cgroup;

/// What the kernel offers to this process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// `uname -r`
    pub kernel_release: String,
    /// `uname -m`
    pub architecture: String,
    /// `uname -n`
    pub hostname: String,
    /// Whether we are root, in whatever user namespace.
    pub root: bool,
    /// The cgroup hierarchies and controllers.
    pub cgroups: cgroup::Facts,
    /// The kinds in /proc/self/ns: `mnt`, `pid`, `ipc`, `uts`, `net`, `user`, `cgroup`.
    pub namespaces: BTreeSet<String>,
    /// Whether an ordinary user can make user namespaces.
    pub user_namespaces: bool,
    /// The capabilities we may give away: in our permitted and bounding sets; by kernel name (`CAP_CHOWN`).
    pub capabilities: BTreeSet<String>,
    /// AppArmor.
    pub apparmor: Apparmor,
    /// File systems the kernel knows: `overlay`, `mqueue` …
    pub file_systems: BTreeSet<String>,
    /// Whether mount_setattr(2) is there (Linux 5.12); otherwise mounts are made the older way.
    pub mount_setattr: bool,
}

/// Whether profiles can be enforced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Apparmor {
    /// The kernel has it switched on, and we are not confined in a way that forbids changing.
    pub enabled: bool,
    /// The loaded profiles; empty where only root may read them and we are not.
    pub profiles: BTreeSet<String>,
}

/// Looks at this machine.
pub fn probe() -> Facts {
    Facts {
        kernel_release: String::new(),
        architecture: String::new(),
        hostname: String::new(),
        root: false,
        cgroups: cgroup::Facts::detect(),
        namespaces: BTreeSet::new(),
        user_namespaces: false,
        capabilities: BTreeSet::new(),
        apparmor: Apparmor::default(),
        file_systems: BTreeSet::new(),
        mount_setattr: false,
    }
}
