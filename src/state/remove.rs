//! Removing a directory tree a task could write to.
//!
//! By descriptor: no symbolic link is followed, no mount is entered, and no depth exhausts descriptors or the stack.

use std::ffi::{CStr, CString};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, StatxFlags, openat, renameat, statx, unlinkat};
use rustix::io::Errno;

/// Removes `name` in `parent` and all beneath it; that it is not there is no error.
///
/// The tree is flattened while it is removed: the directories in a directory are moved up to the top, and the emptied one goes.
pub(super) fn tree(parent: BorrowedFd<'_>, name: &str) -> Result<(), Errno> {
    let name = CString::new(name).map_err(|_| Errno::INVAL)?;
    let Some(top) = open(parent, &name)? else { return Ok(()) };
    let mut moved = 0;
    while let Some(inner_name) = clear(top.as_fd(), |_| Ok(false))? {
        let Some(inner) = open(top.as_fd(), &inner_name)? else { continue };
        if mount_of(inner.as_fd())? != mount_of(top.as_fd())? {
            return Err(Errno::BUSY);
        }
        while clear(inner.as_fd(), |directory| move_up(inner.as_fd(), directory, top.as_fd(), &mut moved))?.is_some() {}
        remove(unlinkat(&top, &inner_name, AtFlags::REMOVEDIR))?;
    }
    remove(unlinkat(parent, &name, AtFlags::REMOVEDIR))
}

/// Removes the files of a directory and shows it the directories in it, up to the first that `take` leaves where it is.
fn clear(
    directory: BorrowedFd<'_>,
    mut take: impl FnMut(&CStr) -> Result<bool, Errno>,
) -> Result<Option<CString>, Errno> {
    for entry in Dir::read_from(openat(directory, c".", LISTING, Mode::empty())?)? {
        let entry = entry?;
        let name = entry.file_name();
        if name == c"." || name == c".." {
            continue;
        }
        if entry.file_type() != FileType::Directory {
            match remove(unlinkat(directory, name, AtFlags::empty())) {
                // A file system that does not tell the type.
                Err(Errno::ISDIR) => {}
                done => {
                    done?;
                    continue;
                }
            }
        }
        if !take(name)? {
            return Ok(Some(name.to_owned()));
        }
    }
    Ok(None)
}

/// Moves a directory to the top under a name nothing else has there.
fn move_up(from: BorrowedFd<'_>, name: &CStr, top: BorrowedFd<'_>, moved: &mut u64) -> Result<bool, Errno> {
    loop {
        *moved += 1;
        match renameat(from, name, top, format!(".{moved}")) {
            Ok(()) | Err(Errno::NOENT) => return Ok(true),
            Err(Errno::EXIST | Errno::NOTEMPTY | Errno::NOTDIR) => {}
            // A directory can only be moved by who may write to it.
            Err(Errno::ACCESS) => rustix::fs::chmodat(from, name, Mode::RWXU, AtFlags::empty())?,
            Err(Errno::XDEV) => return Err(Errno::BUSY),
            Err(errno) => return Err(errno),
        }
    }
}

const LISTING: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

fn open(parent: BorrowedFd<'_>, name: &CStr) -> Result<Option<OwnedFd>, Errno> {
    match openat(parent, name, LISTING, Mode::empty()) {
        Ok(fd) => Ok(Some(fd)),
        Err(Errno::NOENT) => Ok(None),
        // The owner took the permission from itself (`chmod 0`): it is given back.
        Err(Errno::ACCESS) => {
            rustix::fs::chmodat(parent, name, Mode::RWXU, AtFlags::empty())?;
            openat(parent, name, LISTING, Mode::empty()).map(Some)
        }
        Err(errno) => Err(errno),
    }
}

fn remove(result: Result<(), Errno>) -> Result<(), Errno> {
    match result {
        Err(Errno::NOENT) => Ok(()),
        other => other,
    }
}

/// Which mount a descriptor lies on: one file system mounted twice is two mounts.
fn mount_of(fd: BorrowedFd<'_>) -> Result<u64, Errno> {
    Ok(statx(fd, c"", AtFlags::EMPTY_PATH, StatxFlags::MNT_ID)?.stx_mnt_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn removes_deep_trees_and_follows_no_link() {
        let directory = tempfile::tempdir().unwrap();
        let outside = directory.path().join("outside");
        std::fs::create_dir(&outside).unwrap();
        std::fs::write(outside.join("kept"), "").unwrap();
        let top = directory.path().join("tree");
        let mut deep = top.clone();
        for _ in 0..1500 {
            deep.push("d");
        }
        std::fs::create_dir_all(&deep).unwrap();
        std::fs::write(deep.join("file"), "").unwrap();
        std::os::unix::fs::symlink(&outside, top.join("link")).unwrap();
        for name in [".1", ".2", "a"] {
            std::fs::create_dir_all(top.join(name).join("b/c")).unwrap();
            std::fs::write(top.join(name).join("b/file"), "").unwrap();
            std::fs::set_permissions(top.join(name).join("b"), std::fs::Permissions::from_mode(0o0)).unwrap();
        }
        let parent = std::fs::File::open(directory.path()).unwrap();
        tree(parent.as_fd(), "tree").unwrap();
        assert!(!top.exists());
        assert!(outside.join("kept").exists());
        tree(parent.as_fd(), "tree").unwrap();
    }
}
