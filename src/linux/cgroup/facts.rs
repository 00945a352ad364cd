//! Which cgroup hierarchies there are.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// How cgroups are mounted here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// Not at all.
    #[default]
    None,
    /// v1 hierarchies only.
    Legacy,
    /// v1 hierarchies with controllers, and a v2 tree.
    Hybrid,
    /// v2 only.
    Unified,
}

/// What cgroups offer to this process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// How they are mounted.
    pub layout: Layout,
    /// Controllers that can limit a task started from here: `cpu`, `memory`, `pids`, `cpuset` …
    pub controllers: BTreeSet<String>,
    /// Controllers the kernel has, but that cannot be used from here, each with the reason.
    pub unusable: std::collections::BTreeMap<String, String>,
    /// Whether a cgroup can be made at all.
    pub writable: bool,
}
