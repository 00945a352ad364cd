//! Removing a directory tree a task could write to.
//!
//! By descriptor: no symbolic link is followed, no mount is entered, and no depth exhausts descriptors or the stack.

use std::ffi::{CStr, CString};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{
    AtFlags, FileType, Mode, OFlags, RawDir, SeekFrom, StatxFlags, openat, renameat, seek, statx, unlinkat,
};
use rustix::io::Errno;

/// So deep directories are removed where they are, with a descriptor each.
const DEEP: usize = 8;
/// Bytes of a listing that are read at once: some twenty names.
const LISTED: usize = 1024;

/// Removes `name` in `parent` and all beneath it; that it is not there is no error.
///
/// What lies deeper than [`DEEP`] is moved up to the top first, and goes from there.
pub(super) fn tree(parent: BorrowedFd<'_>, name: &str) -> Result<(), Errno> {
    let name = CString::new(name).map_err(|_| Errno::INVAL)?;
    let Some(top) = open(parent, &name)? else { return Ok(()) };
    let mut removal = Removal { top: top.as_fd(), mount: mount_of(top.as_fd())?, moved: 0 };
    let mut before = None;
    while before != Some(removal.moved) {
        before = Some(removal.moved);
        seek(&top, SeekFrom::Start(0))?;
        removal.clear(top.as_fd(), 0)?;
    }
    remove(unlinkat(parent, &name, AtFlags::REMOVEDIR))
}

/// The removal of one tree.
struct Removal<'a> {
    top: BorrowedFd<'a>,
    /// The mount it lies on.
    mount: u64,
    /// How many directories were moved to the top.
    moved: u64,
}

impl Removal<'_> {
    /// Removes what is in a directory; at the deepest, directories are moved to the top instead.
    fn clear(&mut self, directory: BorrowedFd<'_>, depth: usize) -> Result<(), Errno> {
        let mut listed = [MaybeUninit::uninit(); LISTED];
        let mut entries = RawDir::new(directory, &mut listed);
        while let Some(entry) = entries.next() {
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
            if depth == DEEP {
                move_up(directory, name, self.top, &mut self.moved)?;
                continue;
            }
            let Some(inner) = open(directory, name)? else { continue };
            if mount_of(inner.as_fd())? != self.mount {
                return Err(Errno::BUSY);
            }
            self.clear(inner.as_fd(), depth + 1)?;
            remove(unlinkat(directory, name, AtFlags::REMOVEDIR))?;
        }
        Ok(())
    }
}

/// Moves a directory to the top under a name nothing else has there.
fn move_up(from: BorrowedFd<'_>, name: &CStr, top: BorrowedFd<'_>, moved: &mut u64) -> Result<(), Errno> {
    loop {
        *moved += 1;
        match renameat(from, name, top, format!(".{moved}")) {
            Ok(()) | Err(Errno::NOENT) => return Ok(()),
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
