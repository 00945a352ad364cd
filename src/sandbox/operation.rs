//! One step of making a task's world, as data.
//!
//! What is performed is in `perform`; in which order, in `lower`.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::plan::{DeviceKind, MountFlags, Propagation};

/// A step, and what is said if it fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// The plan's address it comes from: `job.web.group.api.task.server.volume_mount[0]`.
    pub address: String,
    /// Named for a reader: ``mount of volume `data` on /data``.
    pub what: String,
    /// What is done.
    pub op: SetupOp,
}

/// What is done. Paths without a word about where are inside the task's root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub enum SetupOp {
    /// setns(2) into a network namespace.
    JoinNetwork {
        /// On the host: `/run/netns/blue`.
        path: PathBuf,
    },
    /// sethostname(2)
    Hostname {
        /// The name.
        name: String,
    },
    /// Takes hold of a tree of mounts (open_tree(2), recursive), still a peer of the host's.
    OpenTree {
        /// Its number, for [`SetupOp::AttachTree`].
        tree: usize,
        /// On the host.
        source: PathBuf,
    },
    /// Makes every mount of this namespace a slave of the host's: from here on nothing reaches the host.
    CutOff,
    /// A tmpfs that will be the root.
    NewRoot,
    /// symlink(2)
    Symlink {
        /// The link.
        path: String,
        /// What it says.
        target: String,
    },
    /// mknod(2)
    Device {
        /// The node.
        path: String,
        /// Character or block.
        kind: DeviceKind,
        /// Major number.
        major: u32,
        /// Minor number.
        minor: u32,
        /// Permissions.
        mode: u32,
    },
    /// A device node of the host, bound where none can be made.
    BindDevice {
        /// The node.
        path: String,
        /// On the host.
        source: PathBuf,
    },
    /// Attaches a tree taken before.
    AttachTree {
        /// Its number.
        tree: usize,
        /// Where; made if it is not there.
        destination: String,
        /// For every mount of the tree.
        flags: MountFlags,
        /// For every mount of the tree.
        propagation: Propagation,
    },
    /// A recursive bind by path, for kernels without trees.
    Bind {
        /// On the host.
        source: PathBuf,
        /// Where; made if it is not there.
        destination: String,
        /// For every mount of the tree.
        flags: MountFlags,
        /// For every mount of the tree.
        propagation: Propagation,
    },
    /// A new file system.
    FileSystem {
        /// `tmpfs`, `proc` …
        kind: String,
        /// `size` → `65536` …
        options: Vec<(String, String)>,
        /// Where; made if it is not there.
        destination: String,
        /// Of the mount.
        flags: MountFlags,
    },
    /// A read-only file of this text.
    Text {
        /// What it says.
        content: String,
        /// Where; made if it is not there.
        destination: String,
    },
    /// Nothing can be written to this path any more. One that is not there is left out.
    ReadOnly {
        /// Which.
        path: String,
    },
    /// Nothing can be read from this path any more. One that is not there is left out.
    Mask {
        /// Which.
        path: String,
    },
    /// The root's own tmpfs becomes read-only.
    SealRoot,
    /// pivot_root(2); the old root is let go.
    Pivot {
        /// Whether the old root must first be cut off from the host, because [`SetupOp::CutOff`] was not performed.
        cut_off: bool,
    },
    /// mount(2) with `MS_MOVE`, then chroot(2), where the host's root cannot be pivoted (a ramdisk).
    MoveRoot {
        /// As in [`SetupOp::Pivot`].
        cut_off: bool,
    },
}
