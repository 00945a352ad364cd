//! What is allowed of an archive's entries, and the writing of those that are.
//!
//! Refused: names that are absolute or have `..`, links that lead out, anything but files, directories and links, and more than the limits.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::Errno;

use crate::fetch::tree::Tree;

/// How much may come out of an archive; 0 is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::fetch) struct Limits {
    pub(in crate::fetch) bytes: u64,
    pub(in crate::fetch) entries: u64,
}

impl Limits {
    pub(super) fn check_bytes(self, written: u64) -> io::Result<()> {
        let Self { bytes, .. } = self;
        if bytes > 0 && written > bytes {
            return Err(io::Error::other(format!(
                "unpacked it is larger than decompression_size_limit allows ({bytes} bytes)"
            )));
        }
        Ok(())
    }

    fn check_entries(self, count: u64) -> io::Result<()> {
        let Self { entries, .. } = self;
        if entries > 0 && count > entries {
            return Err(io::Error::other(format!(
                "it has more files than decompression_file_count_limit allows ({entries})"
            )));
        }
        Ok(())
    }
}

/// An archive on its way into a directory.
#[derive(Debug)]
pub(in crate::fetch) struct Unpacking<'a> {
    tree: &'a Tree,
    limits: Limits,
    entries: u64,
    bytes: u64,
}

impl<'a> Unpacking<'a> {
    /// Into a directory that no path leads out of.
    pub(in crate::fetch) fn new(tree: &'a Tree, limits: Limits) -> Self {
        Self { tree, limits, entries: 0, bytes: 0 }
    }

    /// One more entry; its path where it names anything besides the directory itself.
    pub(super) fn entry(&mut self, name: &[u8]) -> io::Result<Option<PathBuf>> {
        self.entries += 1;
        self.limits.check_entries(self.entries)?;
        let name = std::str::from_utf8(name).map_err(|_| io::Error::other("an entry's name is not UTF-8"))?;
        let refused = |what: &str| Err(io::Error::other(format!("the entry {name:?} {what}")));
        let mut path = PathBuf::new();
        for component in Path::new(name).components() {
            match component {
                Component::Normal(name) => path.push(name),
                Component::CurDir => {}
                Component::ParentDir => return refused("leads out of the archive"),
                _ => return refused("has an absolute name"),
            }
        }
        if name.contains('\0') {
            return refused("has a NUL byte in its name");
        }
        Ok(Some(path).filter(|path| !path.as_os_str().is_empty()))
    }

    pub(super) fn directory(&mut self, path: &Path, mode: u32) -> io::Result<()> {
        self.tree.make_directory(path)?;
        let directory = self.tree.open(path, OFlags::RDONLY | OFlags::DIRECTORY)?;
        // Whoever owns it can always go on in it.
        Ok(rustix::fs::fchmod(&directory, Mode::from_raw_mode(mode & 0o777 | 0o700))?)
    }

    pub(super) fn file(&mut self, path: &Path, mode: u32, content: &mut dyn Read) -> io::Result<()> {
        let mut file = self.tree.new_file(path)?;
        let mut part = [0; 16 * 1024];
        loop {
            let length = match content.read(&mut part) {
                Ok(0) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                length => length?,
            };
            self.bytes += length as u64;
            self.limits.check_bytes(self.bytes)?;
            file.file.write_all(&part[..length])?;
        }
        // Nobody gets more rights by an archive than he has.
        file.finish(mode & 0o777 | 0o600)
    }

    pub(super) fn symbolic_link(&mut self, path: &Path, target: &[u8]) -> io::Result<()> {
        let text = std::str::from_utf8(target).map_err(|_| io::Error::other("a link's target is not UTF-8"))?;
        if !stays_inside(path, Path::new(text)) {
            return Err(io::Error::other(format!("the link {} leads out of the archive, to {text:?}", path.display())));
        }
        let (directory, name) = self.tree.make_parent(path)?;
        replace(|| rustix::fs::symlinkat(text, &directory, &name), &directory, &name)
    }

    /// To an entry that came before.
    pub(super) fn hard_link(&mut self, path: &Path, target: &[u8]) -> io::Result<()> {
        let Some(target) = self.entry(target)? else {
            return Err(io::Error::other(format!("the link {} leads to nothing", path.display())));
        };
        let (from, from_name) = self.tree.make_parent(&target)?;
        let (to, to_name) = self.tree.make_parent(path)?;
        replace(|| rustix::fs::linkat(&from, &from_name, &to, &to_name, AtFlags::empty()), &to, &to_name)
    }
}

/// Makes a link in place of what is there.
fn replace(make: impl Fn() -> Result<(), Errno>, directory: impl AsFd, name: &std::ffi::OsStr) -> io::Result<()> {
    match make() {
        Err(Errno::EXIST) => {
            rustix::fs::unlinkat(&directory, name, AtFlags::empty())?;
            Ok(make()?)
        }
        other => Ok(other?),
    }
}

/// Whether a link at `path` leads to something beneath the top, as far as its text shows.
fn stays_inside(path: &Path, target: &Path) -> bool {
    let mut depth = path.components().count().saturating_sub(1);
    for component in target.components() {
        match component {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir if depth > 0 => depth -= 1,
            _ => return false,
        }
    }
    true
}
