//! The mount table of a process (proc_pid_mountinfo(5)).
//!
//! Reading only; mounts are made by the sandbox.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// All mounts of a mount namespace, in the order of the kernel's table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MountTable {
    /// Its mounts.
    pub mounts: Vec<MountEntry>,
}

/// One line of the table, unescaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MountEntry {
    /// Unique in the namespace.
    pub id: u64,
    /// The mount it lies on.
    pub parent: u64,
    /// What of the file system is mounted, as a path in it.
    pub root: PathBuf,
    /// Where, relative to the root of the process that reads the table.
    pub mount_point: PathBuf,
    /// Options of this mount: `rw`, `nosuid` …
    pub options: Vec<String>,
    /// Its propagation.
    pub peers: Peers,
    /// `ext4`, `cgroup2` …
    pub file_system: String,
    /// The device or whatever the file system names.
    pub source: String,
    /// Options of the file system.
    pub super_options: Vec<String>,
}

/// The peer groups of a mount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peers {
    /// `shared:N`: mounts made here show in group N, and theirs here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<u64>,
    /// `master:N`: mounts made in group N show here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub master: Option<u64>,
}

impl Peers {
    /// Whether later mounts of the host reach a bind of it: what `host-to-task` needs.
    pub fn receives(self) -> bool {
        self.shared.is_some() || self.master.is_some()
    }

    /// Whether mounts made in a bind of it reach the host: what `bidirectional` needs.
    pub fn sends(self) -> bool {
        self.shared.is_some()
    }
}

impl MountTable {
    /// The table of this process.
    ///
    /// # Errors
    /// /proc is not mounted, or holds a line that is none.
    pub fn read() -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// From the text of a `mountinfo` file.
    ///
    /// # Errors
    /// A line that is none (`InvalidData`).
    pub fn parse(_text: &[u8]) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// The mount that holds a path which is absolute, normalised and free of symbolic links: the topmost one at the longest
    /// mount point that is a prefix of it.
    pub fn holding(&self, _path: &Path) -> Option<&MountEntry> {
        None
    }
}
