//! Which cgroup hierarchies are mounted where, and where in each of them this process is (cgroups(7)).
//!
//! Reading only; pure but for `detect`.

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::linux::kernel_file;
use crate::linux::mountinfo::{MountEntry, MountTable};

/// The hierarchies a process sees, and where it is in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hierarchies {
    /// The v2 tree.
    pub(super) unified: Option<Hierarchy>,
    /// v1 by controller (`memory`) or name (`name=systemd`); controllers mounted together have the same directory.
    pub(super) legacy: BTreeMap<String, Hierarchy>,
}

/// One hierarchy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hierarchy {
    /// The topmost directory that is visible.
    pub(super) top: PathBuf,
    /// The directory of the cgroup this process is in.
    pub(super) own: PathBuf,
    /// Where the visible part begins, as a path in the hierarchy: `/` except in a container without a cgroup namespace.
    root: PathBuf,
}

impl Hierarchies {
    /// Those of this process.
    ///
    /// # Errors
    /// Those of reading /proc.
    pub fn detect() -> io::Result<Self> {
        Self::among(&MountTable::read()?)
    }

    /// Those of this process among what is mounted.
    pub(super) fn among(mounts: &MountTable) -> io::Result<Self> {
        let own = match kernel_file::read_text("/proc/self/cgroup") {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            other => other?,
        };
        Ok(Self::from(mounts, &own))
    }

    /// From a mount table and the text of `/proc/PID/cgroup` (lines `ID:CONTROLLERS:PATH`).
    pub(super) fn from(mounts: &MountTable, own: &str) -> Self {
        let mut found = Self::default();
        for line in own.lines() {
            let mut fields = line.splitn(3, ':').skip(1);
            let (Some(controllers), Some(path)) = (fields.next(), fields.next()) else { continue };
            if controllers.is_empty() {
                let mount = mounts.mounts.iter().find(|mount| mount.file_system == "cgroup2");
                found.unified = mount.and_then(|mount| Hierarchy::of(mount, Path::new(path)));
                continue;
            }
            let carries = |mount: &&MountEntry| {
                let has = |controller: &str| mount.super_options.iter().any(|option| option == controller);
                mount.file_system == "cgroup" && controllers.split(',').all(has)
            };
            let mount = mounts.mounts.iter().find(carries);
            let Some(hierarchy) = mount.and_then(|mount| Hierarchy::of(mount, Path::new(path))) else { continue };
            for controller in controllers.split(',') {
                found.legacy.insert(controller.to_owned(), hierarchy.clone());
            }
        }
        found
    }
}

impl Hierarchy {
    /// `None` where this process is outside the part that is mounted.
    fn of(mount: &MountEntry, own: &Path) -> Option<Self> {
        let mut hierarchy = Self { top: mount.mount_point.clone(), own: PathBuf::new(), root: mount.root.clone() };
        hierarchy.own = hierarchy.directory(own)?;
        Some(hierarchy)
    }

    /// The directory of a cgroup named by its path in the hierarchy, if it is in the visible part.
    pub(super) fn directory(&self, cgroup: &Path) -> Option<PathBuf> {
        let inside = cgroup.strip_prefix(&self.root).ok()?;
        let plain = inside.components().all(|part| matches!(part, Component::Normal(_)));
        plain.then(|| if inside.as_os_str().is_empty() { self.top.clone() } else { self.top.join(inside) })
    }

    /// The path in the hierarchy of a visible directory.
    pub(super) fn name_of(&self, directory: &Path) -> String {
        let inside = directory.strip_prefix(&self.top).unwrap_or(Path::new(""));
        self.root.join(inside).display().to_string()
    }

    /// The cgroup this process is in and those above it, as far as they are visible.
    pub(super) fn ancestors(&self) -> impl Iterator<Item = &Path> {
        self.own.ancestors().take_while(|directory| directory.starts_with(&self.top))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hierarchies(mounts: &str, own: &str) -> Hierarchies {
        Hierarchies::from(&MountTable::parse(mounts.as_bytes()).unwrap(), own)
    }

    #[test]
    fn a_systemd_host_with_v2_only() {
        let found = hierarchies(
            "35 24 0:30 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
            "0::/user.slice/user-0.slice/session-3.scope\n",
        );
        assert!(found.legacy.is_empty());
        let unified = found.unified.unwrap();
        let ancestors: Vec<_> = unified.ancestors().map(|path| path.to_str().unwrap()).collect();
        assert_eq!(
            ancestors,
            [
                "/sys/fs/cgroup/user.slice/user-0.slice/session-3.scope",
                "/sys/fs/cgroup/user.slice/user-0.slice",
                "/sys/fs/cgroup/user.slice",
                "/sys/fs/cgroup",
            ]
        );
    }

    #[test]
    fn a_hybrid_host_with_controllers_mounted_together() {
        let found = hierarchies(
            "31 23 0:28 / /sys/fs/cgroup ro - tmpfs tmpfs ro\n\
             32 31 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n\
             33 31 0:30 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n\
             34 31 0:31 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n",
            "4:cpu,cpuacct:/user.slice\n1:name=systemd:/user.slice/session.scope\n0::/user.slice/session.scope\n3:memory:/x\n",
        );
        assert_eq!(found.legacy["cpu"], found.legacy["cpuacct"]);
        assert_eq!(found.legacy["cpu"].own, Path::new("/sys/fs/cgroup/cpu,cpuacct/user.slice"));
        assert_eq!(found.legacy["name=systemd"].own, Path::new("/sys/fs/cgroup/systemd/user.slice/session.scope"));
        assert!(!found.legacy.contains_key("memory"), "a hierarchy that is not mounted is not there");
        assert!(found.unified.is_some());
    }

    #[test]
    fn a_container_without_a_cgroup_namespace_sees_a_part() {
        let found = hierarchies(
            "40 31 0:40 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
            "3:memory:/docker/abc/inner\n",
        );
        let memory = &found.legacy["memory"];
        assert_eq!(memory.own, Path::new("/sys/fs/cgroup/memory/inner"));
        assert_eq!(memory.directory(Path::new("/docker/other")), None);
        assert_eq!(memory.directory(Path::new("/docker/abc/../other")), None);
    }

    #[test]
    fn a_process_outside_its_cgroup_namespace_has_no_place() {
        let found = hierarchies("35 24 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "0::/../../other\n");
        assert_eq!(found.unified, None);
    }
}
