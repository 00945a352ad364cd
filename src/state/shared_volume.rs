//! The mounts of the host that a bidirectional volume may have added to.
//!
//! The kernel does not say who made a mount that two namespaces share: what came beneath the volume while the allocation ran is named.

use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, ResolveFlags, StatxFlags, openat2, statx};
use rustix::mount::UnmountFlags;
use serde::{Deserialize, Serialize};

use crate::linux::mountinfo::MountTable;
use crate::plan::{Group, MountSource, Propagation};

/// A directory of the host that a task mounts in both directions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedVolume {
    /// Where it is on the host.
    pub path: PathBuf,
    /// The mounts at or below it before the first task began.
    pub before: Vec<u64>,
    /// Those that came and were there when the allocation ended.
    pub left: Vec<LeftMount>,
}

/// A mount that a task left on the host, or that somebody made there meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftMount {
    /// Unique among the mounts of the host, as long as it is there.
    pub id: u64,
    /// Where it is.
    pub path: PathBuf,
}

impl SharedVolume {
    /// The bidirectional volumes of a group, as they are now.
    ///
    /// # Errors
    /// The table of mounts cannot be read.
    pub fn of_group(group: &Group) -> io::Result<Vec<Self>> {
        let mounts =
            group.tasks.iter().filter_map(|task| task.isolation.as_ref()).flat_map(|isolation| &isolation.mounts);
        let mut paths: Vec<&str> = mounts
            .filter(|mount| mount.propagation == Propagation::Shared)
            .filter_map(|mount| match &mount.source {
                MountSource::Host { path } => Some(path.as_str()),
                _ => None,
            })
            .collect();
        paths.sort_unstable();
        paths.dedup();
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let table = MountTable::read()?;
        let volume = |path: &str| {
            let before = table.below(Path::new(path)).map(|mount| mount.id).collect();
            Self { path: path.into(), before, left: Vec::new() }
        };
        Ok(paths.into_iter().map(volume).collect())
    }

    /// Notes what is there now and was not before.
    pub fn look(&mut self, table: &MountTable) {
        let new = table.below(&self.path).filter(|mount| !self.before.contains(&mount.id));
        self.left = new.map(|mount| LeftMount { id: mount.id, path: mount.mount_point.clone() }).collect();
    }
}

impl LeftMount {
    /// Whether it is still there.
    pub fn is_in(&self, table: &MountTable) -> bool {
        table.mounts.iter().any(|mount| mount.id == self.id && mount.mount_point == self.path)
    }

    /// Removes it.
    ///
    /// The way there may belong to a task's user: no symbolic link is followed, and what is found must be the mount that was noted.
    ///
    /// # Errors
    /// Another mount is there, or those of umount2(2): EBUSY where it is in use.
    pub fn unmount(&self) -> io::Result<()> {
        let (Some(parent), Some(name)) = (self.path.parent(), self.path.file_name()) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let parent =
            openat2(CWD, parent, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS)?;
        let found = statx(&parent, name, AtFlags::SYMLINK_NOFOLLOW | AtFlags::NO_AUTOMOUNT, StatxFlags::MNT_ID)?;
        if found.stx_mnt_id != self.id {
            return Err(io::Error::new(io::ErrorKind::NotFound, "another mount is there now"));
        }
        rustix::process::fchdir(&parent)?;
        Ok(rustix::mount::unmount(name, UnmountFlags::NOFOLLOW)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str =
        "20 1 0:1 / / rw shared:1 - ext4 /dev/vda rw\n30 20 0:2 / /srv/data rw shared:2 - tmpfs x rw\n";

    fn table(more: &str) -> MountTable {
        MountTable::parse(format!("{BEFORE}{more}").as_bytes()).unwrap()
    }

    #[test]
    fn what_came_beneath_it_is_noted() {
        let mut volume = SharedVolume { path: "/srv/data".into(), before: vec![30], left: Vec::new() };
        volume.look(&table(""));
        assert_eq!(volume.left, []);
        let later = table(
            "40 30 0:3 / /srv/data/sub rw shared:3 - tmpfs left rw\n41 20 0:4 / /srv/database rw shared:4 - tmpfs other rw\n",
        );
        volume.look(&later);
        assert_eq!(volume.left, [LeftMount { id: 40, path: "/srv/data/sub".into() }]);
        assert!(volume.left[0].is_in(&later));
        assert!(!volume.left[0].is_in(&table("40 30 0:3 / /srv/data/other rw shared:3 - tmpfs left rw\n")));
    }
}
