//! A complete task → its bundle.
//!
//! Pure: what the host is arrives as a value.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::config::{Config, IdMapping, Linux, Namespace, Root, VERSION};
use super::root::{RootDirectory, root_directory};
use super::{cgroup, mounts, process};
use crate::linux::id_map;
use crate::plan::{Digest, Isolation, NamespaceMode, Task};
use crate::sandbox::TERMINAL_GROUP;
use crate::state::{AllocationDirectory, AllocationId, Launch, encode};

/// The signal that asks a task to stop, where the OCI has a word for it (image-spec, conversion.md).
const STOP_SIGNAL: &str = "org.opencontainers.image.stopSignal";

/// What translation needs to know of the host.
pub struct Host<'a> {
    /// The cgroup controllers that limits can be set with.
    pub controllers: &'a BTreeSet<String>,
    /// Whether a path is a file, not a directory.
    pub is_file: &'a dyn Fn(&str) -> bool,
    /// The ids of a user namespace around this user and group.
    pub id_maps: &'a dyn Fn(u32, u32) -> IdMaps,
}

/// The ids of a user namespace: of users, of groups.
pub type IdMaps = [Vec<id_map::Range>; 2];

/// What one task becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The task's name.
    pub task: String,
    /// `config.json`
    pub config: Config,
    /// Mount points and links of `rootfs`.
    pub(super) root: RootDirectory,
    /// Files that are bound into the root: name in the bundle, content.
    pub(super) texts: Vec<(String, String)>,
}

/// The bundle of a task that is complete, which the start of this allocation would be. `None` for a task without isolation.
pub fn bundle(task: &Task, launch: &Launch, host: &Host<'_>) -> Option<Bundle> {
    let isolation = task.isolation.as_ref()?;
    let [uids, gids] =
        if isolation.namespaces.user { (host.id_maps)(task.user.uid, task.user.gid) } else { [Vec::new(), Vec::new()] };
    let terminal_group = !isolation.namespaces.user || id_map::holds(&gids, TERMINAL_GROUP);
    let config = Config {
        oci_version: VERSION,
        process: process::process(task, isolation),
        root: Root { path: "rootfs", readonly: true },
        hostname: isolation.hostname.clone(),
        mounts: mounts::mounts(task, isolation, terminal_group),
        linux: Linux {
            namespaces: namespaces(isolation),
            uid_mappings: mappings(&uids),
            gid_mappings: mappings(&gids),
            devices: cgroup::devices(isolation),
            cgroups_path: (!host.controllers.is_empty()).then(|| cgroups_path(task, launch)),
            resources: cgroup::resources(task, isolation, host.controllers),
            rootfs_propagation: mounts::root_propagation(isolation),
            masked_paths: isolation.masked_paths.clone(),
            readonly_paths: isolation.readonly_paths.clone(),
        },
        annotations: [(STOP_SIGNAL, task.kill_signal.clone())].into(),
    };
    Some(Bundle {
        task: task.name.clone(),
        config,
        root: root_directory(isolation, host.is_file),
        texts: mounts::texts(isolation),
    })
}

/// Where the bundle of a task lies in its allocation's directory.
pub fn directory_of(task: &str) -> PathBuf {
    PathBuf::from(AllocationDirectory::TASKS).join(encode(task))
}

/// The identifier of an allocation that is exported: the same for the same plan, so that the same job gives the same bundles.
pub fn derived_id(plan: &Digest, group: &str, index: u32) -> AllocationId {
    AllocationId::derived(&format!("{}/{group}/{index}", plan.as_str()))
}

/// A relative path is beneath the cgroup that the runtime is started in.
fn cgroups_path(task: &Task, launch: &Launch) -> String {
    let name = format!("jobctl-{}-{}", launch.id, encode(&task.name));
    match launch.cgroup_parent.as_str() {
        "" => name,
        parent => format!("{}/{name}", parent.trim_end_matches('/')),
    }
}

/// Those of its own; a namespace that is not named is the runtime's.
fn namespaces(isolation: &Isolation) -> Vec<Namespace> {
    let wanted = &isolation.namespaces;
    let private = |mode: NamespaceMode| mode == NamespaceMode::Private;
    let all = [
        (wanted.user, "user"),
        (true, "mount"),
        (true, "uts"),
        (private(wanted.pid), "pid"),
        (private(wanted.ipc), "ipc"),
        (!wanted.network.is_empty(), "network"),
    ];
    let path = |kind: &str| if kind == "network" { wanted.network.clone() } else { String::new() };
    all.into_iter().filter(|(own, _)| *own).map(|(_, kind)| Namespace { kind, path: path(kind) }).collect()
}

fn mappings(ranges: &[id_map::Range]) -> Vec<IdMapping> {
    let mapping = |range: &id_map::Range| IdMapping { inside: range.inside, outside: range.outside, size: range.count };
    ranges.iter().map(mapping).collect()
}
