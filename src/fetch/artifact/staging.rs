//! The directory beside the destination where an artifact is made; gone afterwards, whatever happened.

use std::ffi::{CStr, OsStr};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;

use crate::fetch::tree::{TEMPORARY, Tree};

/// The file that is fetched.
pub(super) const DOWNLOAD: &str = "download";
/// The directory it is unpacked or cloned into.
pub(super) const CONTENT: &str = "content";
/// A file on its way from one form to another.
const NEXT: &str = "next";

const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// The directory.
#[derive(Debug)]
pub(super) struct Staging<'a> {
    beside: &'a OwnedFd,
    name: String,
    own: OwnedFd,
}

impl<'a> Staging<'a> {
    /// Makes it; what one that was killed has left is removed.
    pub(super) fn make(beside: &'a OwnedFd) -> io::Result<Self> {
        let name = format!("{TEMPORARY}artifact");
        remove(beside.as_fd(), OsStr::new(&name))?;
        rustix::fs::mkdirat(beside, &name, Mode::RWXU)?;
        let own = rustix::fs::openat(beside, &name, DIRECTORY, Mode::empty())?;
        Ok(Self { beside, name, own })
    }

    /// Makes it the current directory.
    pub(super) fn enter(&self) -> io::Result<()> {
        Ok(rustix::process::fchdir(&self.own)?)
    }

    /// A new file in it.
    pub(super) fn create(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::TRUNC | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(File::from(rustix::fs::openat(&self.own, name, flags, Mode::from_raw_mode(0o644))?))
    }

    /// A file in it.
    pub(super) fn open(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(File::from(rustix::fs::openat(&self.own, name, flags, Mode::empty())?))
    }

    /// Makes another file of what was fetched.
    pub(super) fn replace_download(&self, make: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
        make(&mut self.create(NEXT)?)?;
        Ok(rustix::fs::renameat(&self.own, NEXT, &self.own, DOWNLOAD)?)
    }

    /// The directory for what is unpacked.
    pub(super) fn make_content(&self) -> io::Result<Tree> {
        rustix::fs::mkdirat(&self.own, CONTENT, Mode::from_raw_mode(0o755))?;
        Ok(Tree::beneath(self.content()?))
    }

    /// The directory of what was unpacked or cloned.
    pub(super) fn content(&self) -> io::Result<OwnedFd> {
        Ok(rustix::fs::openat(&self.own, CONTENT, DIRECTORY, Mode::empty())?)
    }

    /// Moves a file out, in place of a file of that name.
    pub(super) fn move_file(&self, from: &str, to: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.own, from, self.beside, to)?)
    }

    /// Moves everything in a directory out: directories are merged with those that are there, files take the place of files.
    pub(super) fn move_all(&self, from: &OwnedFd) -> io::Result<()> {
        move_all(from, self.beside.as_fd())
    }
}

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        let _ = remove(self.beside.as_fd(), OsStr::new(&self.name));
    }
}

fn move_all(from: &OwnedFd, to: BorrowedFd<'_>) -> io::Result<()> {
    for entry in Dir::read_from(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if is_dot(name) {
            continue;
        }
        match rustix::fs::renameat(from, name, to, name) {
            // A directory of that name that is not empty (rename(2)).
            Err(Errno::NOTEMPTY | Errno::EXIST) => {
                let inner = rustix::fs::openat(from, name, DIRECTORY, Mode::empty())?;
                let target = rustix::fs::openat(to, name, DIRECTORY, Mode::empty())?;
                move_all(&inner, target.as_fd())?;
            }
            other => other
                .map_err(|errno| io::Error::other(format!("{}: {}", name.to_string_lossy(), io::Error::from(errno))))?,
        }
    }
    Ok(())
}

/// Removes a file, or a directory with all that is in it, without following links.
fn remove(directory: BorrowedFd<'_>, name: &OsStr) -> io::Result<()> {
    match rustix::fs::unlinkat(directory, name, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => return Ok(()),
        Err(Errno::ISDIR | Errno::PERM) => {}
        Err(errno) => return Err(errno.into()),
    }
    let inside = rustix::fs::openat(directory, name, DIRECTORY, Mode::empty())?;
    for entry in Dir::read_from(&inside)? {
        let entry = entry?;
        if is_dot(entry.file_name()) {
            continue;
        }
        let name = OsStr::new(entry.file_name().to_str().map_err(io::Error::other)?);
        if entry.file_type() == FileType::Directory {
            remove(inside.as_fd(), name)?;
        } else {
            rustix::fs::unlinkat(&inside, name, AtFlags::empty())?;
        }
    }
    Ok(rustix::fs::unlinkat(directory, name, AtFlags::REMOVEDIR)?)
}

fn is_dot(name: &CStr) -> bool {
    matches!(name.to_bytes(), b"." | b"..")
}
