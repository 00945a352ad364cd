//! What a bundle's root directory must hold: mount points and links.
//!
//! Pure. Everything else in a task's root is mounted.

use std::collections::{BTreeMap, BTreeSet};

use crate::host::{is_within, resolve_link};
use crate::plan::{Isolation, MountSource};

/// The content of a root directory, by absolute paths inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RootDirectory {
    /// Directories to mount on, with their modes; those above them are made on the way.
    pub directories: BTreeMap<String, u32>,
    /// Empty files to mount on.
    pub files: BTreeSet<String>,
    /// Symbolic links, path → target.
    pub links: BTreeMap<String, String>,
}

/// What the root of these mounts holds. What lies on another mount is there, or the runtime makes it; the links of /dev are every
/// runtime's (config-linux.md, "Default devices" and "/dev symbolic links").
pub(super) fn root_directory(isolation: &Isolation, is_file: impl Fn(&str) -> bool) -> RootDirectory {
    let mut root = RootDirectory::default();
    let mounted = |path: &str| isolation.mounts.iter().any(|mount| is_within(path, &mount.destination));
    for (path, target) in isolation.symlinks.iter().filter(|(path, _)| !mounted(path)) {
        root.links.insert(path.clone(), target.clone());
    }
    for (index, mount) in isolation.mounts.iter().enumerate() {
        let place = through_links(&mount.destination, &root.links);
        if isolation.mounts[..index].iter().any(|before| is_within(&place, &before.destination)) {
            continue;
        }
        match &mount.source {
            MountSource::Text { .. } => drop(root.files.insert(place)),
            MountSource::Host { path } if is_file(path) => drop(root.files.insert(place)),
            // runc gives a tmpfs the mode of what it is mounted on, whatever its options say (1.1, rootfs_linux.go).
            MountSource::Tmpfs { mode, .. } => drop(root.directories.insert(place, *mode)),
            _ => drop(root.directories.insert(place, 0o755)),
        }
    }
    root
}

/// The path with a link of the root at its beginning followed.
fn through_links(path: &str, links: &BTreeMap<String, String>) -> String {
    let link = links.iter().find(|(link, _)| is_within(path, link));
    let real = link.and_then(|(link, target)| Some(format!("{}{}", resolve_link(link, target)?, &path[link.len()..])));
    real.unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Mount, MountFlags, Propagation, samples};

    #[test]
    fn only_what_lies_on_no_other_mount_is_made() {
        let mut isolation = samples::group("api", &["server"]).tasks.remove(0).isolation.unwrap();
        let host = |path: &str| Mount {
            destination: path.to_owned(),
            source: MountSource::Host { path: path.to_owned() },
            flags: MountFlags::default(),
            propagation: Propagation::Private,
            volume: None,
        };
        isolation.symlinks.insert("/proc/x".to_owned(), "y".to_owned());
        isolation.mounts.extend(["/usr/local", "/bin/tool", "/run/resolv.conf", "/deep/er"].map(host));
        let root = root_directory(&isolation, |path| path == "/run/resolv.conf");
        let directories: Vec<_> = root.directories.iter().map(|(path, mode)| format!("{path} {mode:o}")).collect();
        let expected = ["/alloc", "/data", "/deep/er", "/local", "/proc", "/secrets", "/usr"];
        assert_eq!(directories, expected.map(|path| format!("{path} {}", if path == "/secrets" { 700 } else { 755 })));
        let files: Vec<_> = root.files.iter().map(String::as_str).collect();
        assert_eq!(files, ["/etc/passwd", "/run/resolv.conf"]);
        assert_eq!(root.links, [("/bin".to_owned(), "usr/bin".to_owned())].into());
    }
}
