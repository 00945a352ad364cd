//! What was found out about the host: plain data, the same on every machine that is made the same.
//!
//! Nothing is probed here and nothing decided; [`Facts::default`] is the documented machine that a `facts` block varies.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::linux::{self, cgroup};

/// Facts about the host, and about the process that asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// What the kernel offers to this process.
    pub kernel: linux::Facts,
    /// Capabilities the kernel knows: `CAP_CHOWN` …
    pub known_capabilities: BTreeSet<String>,
    /// Whether the root file system is the initial ramdisk, where pivot_root(2) fails.
    pub ramdisk_root: bool,
    /// `ID` of os-release(5): `debian`.
    pub os_name: String,
    /// `VERSION_ID` of os-release(5): `12`.
    pub os_version: String,
    /// CPUs that are online.
    pub cpus: u32,
    /// Clock of one CPU in MHz.
    pub cpu_mhz: u32,
    /// Memory in bytes.
    pub memory: u64,
    /// Whom this process runs as.
    pub process: UserFact,
    /// The users that were asked for, by the name or number asked for; one that does not exist is absent.
    pub users: BTreeMap<String, UserFact>,
    /// The groups that were asked for: name → id.
    pub groups: BTreeMap<String, u32>,
    /// The paths that were asked for; one that does not exist is absent.
    pub paths: BTreeMap<String, PathFact>,
}

/// A user as the system knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserFact {
    /// Its name.
    pub name: String,
    /// User id.
    pub uid: u32,
    /// Primary group.
    pub gid: u32,
    /// Supplementary groups.
    #[serde(default)]
    pub groups: BTreeSet<u32>,
    /// Home directory.
    #[serde(default)]
    pub home: String,
}

/// What stands at a path. A symbolic link is not followed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum PathFact {
    /// A directory.
    Directory {
        /// How the mount it lies on propagates.
        #[serde(default)]
        propagation: MountState,
        /// Where that mount stands.
        #[serde(default = "root_path")]
        mount_point: String,
    },
    /// A regular file.
    File,
    /// A symbolic link.
    Symlink {
        /// What it says.
        target: String,
    },
    /// A device node.
    Device {
        /// `true` for a block device.
        block: bool,
        /// Major number.
        major: u32,
        /// Minor number.
        minor: u32,
        /// Permissions.
        mode: u32,
    },
    /// A socket, a pipe, or something that may not be looked at.
    Other,
}

/// How a mount propagates (the optional fields of /proc/PID/mountinfo, proc(5)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MountState {
    /// Both ways: `shared:N`.
    #[default]
    Shared,
    /// Only inwards: `master:N`.
    Slave,
    /// Not at all.
    Private,
}

/// Paths, users and groups that a job or a configuration is about: what [`Facts`] must have looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Names or numbers of users.
    pub users: BTreeSet<String>,
    /// Names of groups.
    pub groups: BTreeSet<String>,
    /// Absolute paths.
    pub paths: BTreeSet<String>,
}

impl Facts {
    /// What stands at a path once symbolic links at its end are followed.
    pub fn follow(&self, path: &str) -> Option<&PathFact> {
        let mut path = path.to_owned();
        // As many as the kernel follows (path_resolution(7)).
        for _ in 0..40 {
            match self.paths.get(&path)? {
                PathFact::Symlink { target } => path = super::resolve_link(&path, target)?,
                found => return Some(found),
            }
        }
        None
    }
}

impl Default for Facts {
    /// An ordinary machine asked by root: cgroup v2 with the usual controllers, merged /usr, four CPUs, all
    /// capabilities, no AppArmor.
    fn default() -> Self {
        let directory = || PathFact::Directory { propagation: MountState::Shared, mount_point: root_path() };
        let link = |name: &str| PathFact::Symlink { target: format!("usr/{name}") };
        let user = |name: &str, id: u32, home: &str| UserFact {
            name: name.to_owned(),
            uid: id,
            gid: id,
            groups: BTreeSet::new(),
            home: home.to_owned(),
        };
        let (root, nobody) = (user("root", 0, "/root"), user("nobody", 65534, "/nonexistent"));
        Self {
            kernel: default_kernel(),
            known_capabilities: names(&CAPABILITIES),
            ramdisk_root: false,
            os_name: "linux".to_owned(),
            os_version: String::new(),
            cpus: 4,
            cpu_mhz: 2000,
            memory: 8 << 30,
            process: root.clone(),
            users: [("nobody".to_owned(), nobody), ("root".to_owned(), root)].into(),
            groups: [("nogroup".to_owned(), 65534), ("root".to_owned(), 0)].into(),
            paths: [
                ("/bin".to_owned(), link("bin")),
                ("/etc".to_owned(), directory()),
                ("/lib".to_owned(), link("lib")),
                ("/lib64".to_owned(), link("lib64")),
                ("/sbin".to_owned(), link("sbin")),
                ("/usr".to_owned(), directory()),
            ]
            .into(),
        }
    }
}

fn root_path() -> String {
    "/".to_owned()
}

fn default_kernel() -> linux::Facts {
    linux::Facts {
        kernel_release: "6.1.0".to_owned(),
        architecture: "x86_64".to_owned(),
        hostname: "host".to_owned(),
        root: true,
        cgroups: cgroup::Facts {
            layout: cgroup::Layout::Unified,
            controllers: names(&["cpu", "cpuset", "memory", "pids"]),
            unusable: BTreeMap::new(),
            writable: true,
        },
        namespaces: names(&["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"]),
        user_namespaces: true,
        capabilities: names(&CAPABILITIES),
        apparmor: linux::probe::Apparmor::default(),
        file_systems: names(&["devpts", "mqueue", "overlay", "proc", "sysfs", "tmpfs"]),
        mount_setattr: true,
    }
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The capabilities of Linux 5.9 and later (capabilities(7)), by number.
pub const CAPABILITIES: [&str; 41] = [
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_DAC_READ_SEARCH",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETPCAP",
    "CAP_LINUX_IMMUTABLE",
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_BROADCAST",
    "CAP_NET_ADMIN",
    "CAP_NET_RAW",
    "CAP_IPC_LOCK",
    "CAP_IPC_OWNER",
    "CAP_SYS_MODULE",
    "CAP_SYS_RAWIO",
    "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE",
    "CAP_SYS_PACCT",
    "CAP_SYS_ADMIN",
    "CAP_SYS_BOOT",
    "CAP_SYS_NICE",
    "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME",
    "CAP_SYS_TTY_CONFIG",
    "CAP_MKNOD",
    "CAP_LEASE",
    "CAP_AUDIT_WRITE",
    "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP",
    "CAP_MAC_OVERRIDE",
    "CAP_MAC_ADMIN",
    "CAP_SYSLOG",
    "CAP_WAKE_ALARM",
    "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ",
    "CAP_PERFMON",
    "CAP_BPF",
    "CAP_CHECKPOINT_RESTORE",
];
