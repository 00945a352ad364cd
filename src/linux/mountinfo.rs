//! The mount table of a process (proc_pid_mountinfo(5)).
//!
//! Reading only; mounts are made by the sandbox.

use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::kernel_file;

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
        Self::parse(&kernel_file::read("/proc/thread-self/mountinfo")?)
    }

    /// From the text of a `mountinfo` file.
    ///
    /// # Errors
    /// A line that is none (`InvalidData`).
    pub fn parse(text: &[u8]) -> io::Result<Self> {
        let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let entry = |line| {
            MountEntry::parse(line).ok_or_else(|| {
                let line = String::from_utf8_lossy(line);
                io::Error::new(io::ErrorKind::InvalidData, format!("not a line of mountinfo: {line}"))
            })
        };
        Ok(Self { mounts: lines.map(entry).collect::<io::Result<_>>()? })
    }

    /// The mount that holds a path which is absolute, normalised and free of symbolic links: found as the kernel walks, from the root
    /// over each mount that lies in the way, so that what is hidden under a later mount does not count.
    pub fn holding(&self, path: &Path) -> Option<&MountEntry> {
        let is_root = |entry: &&MountEntry| {
            entry.mount_point == Path::new("/")
                && !self.mounts.iter().any(|other| other.id == entry.parent && other.id != entry.id)
        };
        let mut current = self.mounts.iter().find(is_root)?;
        let lies_in_the_way = |entry: &&MountEntry| path.starts_with(&entry.mount_point);
        for _ in 0..self.mounts.len() {
            let above = self.mounts.iter().filter(|entry| entry.parent == current.id && entry.id != current.id);
            let next = above.filter(lies_in_the_way).min_by_key(|entry| entry.mount_point.components().count());
            match next {
                Some(next) => current = next,
                None => break,
            }
        }
        Some(current)
    }

    /// The mounts at or below a path, in the order of the table.
    pub fn below<'a>(&'a self, path: &'a Path) -> impl Iterator<Item = &'a MountEntry> {
        self.mounts.iter().filter(move |entry| entry.mount_point.starts_with(path))
    }
}

impl MountEntry {
    /// `36 35 98:0 /root /point rw,noatime shared:1 master:2 - ext4 /dev/root rw`
    fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = line.split(|byte| *byte == b' ');
        let id = number(fields.next()?)?;
        let parent = number(fields.next()?)?;
        let _device = fields.next()?;
        let root = unescaped(fields.next()?).into();
        let mount_point = unescaped(fields.next()?).into();
        let options = words(fields.next()?);
        let mut peers = Peers::default();
        for tag in fields.by_ref().take_while(|tag| *tag != b"-") {
            if let Some(group) = tag.strip_prefix(b"shared:") {
                peers.shared = Some(number(group)?);
            } else if let Some(group) = tag.strip_prefix(b"master:") {
                peers.master = Some(number(group)?);
            }
        }
        let file_system = text(fields.next()?);
        let source = text(fields.next()?);
        let super_options = words(fields.next().unwrap_or_default());
        Some(Self { id, parent, root, mount_point, options, peers, file_system, source, super_options })
    }
}

fn number(field: &[u8]) -> Option<u64> {
    std::str::from_utf8(field).ok()?.parse().ok()
}

fn text(field: &[u8]) -> String {
    unescaped(field).to_string_lossy().into_owned()
}

fn words(field: &[u8]) -> Vec<String> {
    field.split(|byte| *byte == b',').map(text).collect()
}

/// Space, tab, newline and backslash stand as three octal digits.
fn unescaped(field: &[u8]) -> OsString {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field;
    while let [first, tail @ ..] = rest {
        let octal = |digit: &u8| (b'0'..=b'7').contains(digit).then(|| u32::from(digit - b'0'));
        let escaped = match (first, tail) {
            (b'\\', [a, b, c, ..]) => octal(a).zip(octal(b)).zip(octal(c)).map(|((a, b), c)| a << 6 | b << 3 | c),
            _ => None,
        };
        if let Some(byte) = escaped.and_then(|value| u8::try_from(value).ok()) {
            bytes.push(byte);
            rest = &tail[3..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    OsString::from_vec(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[u8] = b"\
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
40 27 0:40 / /srv/a\\040b rw,nosuid shared:7 master:2 propagate_from:1 - tmpfs tmp\\011fs rw,size=4k
41 27 0:41 / /a rw - tmpfs hidden rw
42 41 0:42 / /a/b/c rw - tmpfs deep rw
43 41 0:43 / /a rw master:3 - tmpfs over rw
";

    fn table() -> MountTable {
        MountTable::parse(TABLE).unwrap()
    }

    #[test]
    fn a_line_is_read_whole_and_unescaped() {
        let entry = table().mounts[2].clone();
        assert_eq!(entry.mount_point, Path::new("/srv/a b"));
        assert_eq!(entry.source, "tmp\tfs");
        assert_eq!(entry.peers, Peers { shared: Some(7), master: Some(2) });
        assert_eq!(entry.options, ["rw", "nosuid"]);
        assert_eq!(entry.super_options, ["rw", "size=4k"]);
    }

    #[test]
    fn the_holding_mount_is_the_one_the_kernel_would_walk_to() {
        let table = table();
        let holding = |path: &str| table.holding(Path::new(path)).unwrap().id;
        assert_eq!(holding("/"), 27);
        assert_eq!(holding("/srv/a b/x"), 40);
        assert_eq!(holding("/srv/a"), 27, "whole components count");
        assert_eq!(holding("/proc/self"), 22);
        assert_eq!(holding("/a/b/c/d"), 43, "what lies under a later mount is hidden");
    }

    #[test]
    fn what_sends_and_what_receives() {
        let peers = |shared, master| Peers { shared, master };
        assert!(peers(Some(1), None).sends() && peers(Some(1), None).receives());
        assert!(!peers(None, Some(1)).sends() && peers(None, Some(1)).receives());
        assert!(!peers(None, None).receives());
    }

    #[test]
    fn a_torn_line_is_an_error() {
        assert_eq!(MountTable::parse(b"22 27 0:21 /\n").unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn our_own_table_is_read() {
        let table = MountTable::read().unwrap();
        assert_eq!(table.holding(Path::new("/proc/self")).unwrap().file_system, "proc");
    }
}
