//! The world of an isolated task: namespaces, mounts in order, devices, masked paths.
//!
//! What, not how: the sandbox turns it into kernel calls.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The world of an `exec` task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Isolation {
    /// Which namespaces are its own. The mount and UTS namespaces always are.
    pub namespaces: Namespaces,
    /// The name in its UTS namespace; may hold `${…}` that the start fills in (`<task>-<first 8 of the allocation>`).
    pub hostname: String,
    /// `pivot_root`; otherwise MS_MOVE and chroot, for a root file system on a ramdisk (`no_pivot_root`).
    pub pivot_root: bool,
    /// All mounts inside the root, in the order in which they are made; a later one may lie on an earlier one.
    pub mounts: Vec<Mount>,
    /// Symbolic links in the root, path → target: `/bin` → `usr/bin`, those of /dev.
    pub symlinks: BTreeMap<String, String>,
    /// Device nodes in /dev.
    pub devices: Vec<Device>,
    /// Paths nothing can be read from.
    pub masked_paths: Vec<String>,
    /// Paths nothing can be written to.
    pub readonly_paths: Vec<String>,
}

/// Which namespaces a task has to itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Namespaces {
    /// pid(7)
    pub pid: NamespaceMode,
    /// ipc(7)
    pub ipc: NamespaceMode,
    /// Path of a network namespace to join; empty for the host's.
    pub network: String,
    /// A user namespace, for ordinary users.
    pub user: bool,
}

/// Whose namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum NamespaceMode {
    /// The task's own.
    Private,
    /// The one jobctl was started in.
    Host,
}

/// One mount inside the task's root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Mount {
    /// Absolute and normalised; resolved inside the root.
    pub destination: String,
    /// What is mounted there.
    pub source: MountSource,
    /// Per-mount flags.
    pub flags: MountFlags,
    /// Propagation to and from the host; of a mount that is not a bind it is [`Propagation::Private`].
    pub propagation: Propagation,
    /// The `volume_mount` it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<VolumeReference>,
}

/// Where a volume's mount comes from in the job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct VolumeReference {
    /// `job.web.group.api.task.server.volume_mount[0]`
    pub address: String,
    /// The name of the group's volume.
    pub volume: String,
    /// The host volume of the configuration.
    pub host_volume: String,
}

/// What is mounted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum MountSource {
    /// A recursive bind of a host path.
    Host {
        /// Absolute.
        path: String,
    },
    /// A bind of a directory of the allocation, shared by its tasks: `data`, `tmp`, `logs`, or empty for the whole `alloc` directory.
    Allocation {
        /// Relative to the allocation's shared directory.
        path: String,
    },
    /// A bind of a directory of the task: `local`, `private`, `tmp`.
    Task {
        /// Relative to the task's directory.
        path: String,
    },
    /// A new tmpfs.
    Tmpfs {
        /// In bytes; zero is the kernel's default.
        size: u64,
        /// Permissions of its root, as a number: 0o755.
        mode: u32,
        /// Whether its root belongs to the task's user.
        owned: bool,
    },
    /// A read-only file of this content, on top of one that is there: a generated /etc/passwd.
    Text {
        /// What stands in it.
        content: String,
    },
    /// A new procfs.
    Proc,
    /// A new sysfs.
    Sysfs,
    /// A new devpts instance: ptmxmode 0666, mode 0620, gid 5.
    Devpts,
    /// A new mqueue.
    Mqueue,
}

/// Per-mount flags (mount_setattr(2)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "these are the kernel's flags, each on or off by itself")]
pub struct MountFlags {
    /// `MOUNT_ATTR_RDONLY`, recursive for a bind.
    pub read_only: bool,
    /// `MOUNT_ATTR_NOSUID`
    pub nosuid: bool,
    /// `MOUNT_ATTR_NODEV`
    pub nodev: bool,
    /// `MOUNT_ATTR_NOEXEC`
    pub noexec: bool,
}

/// How mounts made on one side show on the other (mount_namespaces(7), "shared subtrees").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Propagation {
    /// Neither way: `private`.
    #[serde(rename = "rprivate")]
    Private,
    /// From the host to the task: `host-to-task`.
    #[serde(rename = "rslave")]
    Slave,
    /// Both ways: `bidirectional`.
    #[serde(rename = "rshared")]
    Shared,
}

/// A device node in the task's /dev.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// In the task: `/dev/null`.
    pub path: String,
    /// On the host, to be bound where nodes cannot be made: `/dev/null`.
    pub host_path: String,
    /// Character or block.
    pub kind: DeviceKind,
    /// Major number.
    pub major: u32,
    /// Minor number.
    pub minor: u32,
    /// Permissions of the node, as a number: 0o666.
    pub mode: u32,
    /// What the devices controller allows: some of `r`, `w`, `m`.
    pub access: String,
}

/// Character or block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
    /// `c`
    Character,
    /// `b`
    Block,
}
