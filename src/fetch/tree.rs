//! A directory and the paths in it, none of which leads out of it (openat2(2)), whatever links its owner puts there.
//!
//! Files appear whole: written under a name of our own, then renamed.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{AtFlags, Gid, Mode, OFlags, ResolveFlags, Uid};
use rustix::io::Errno;

/// The beginning of every name that is ours for a while.
pub(super) const TEMPORARY: &str = ".jobctl-";

/// A directory that is a world of its own.
#[derive(Debug)]
pub(super) struct Tree {
    root: OwnedFd,
    resolve: ResolveFlags,
}

impl Tree {
    /// A directory that `/` and `..` do not lead out of: they end at its top, as with chroot(2).
    pub(super) fn root(path: &Path) -> io::Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = rustix::fs::open(path, flags, Mode::empty())?;
        Ok(Self { root, resolve: ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS })
    }

    /// A directory that a path out of is an error, for what strangers name.
    pub(super) fn beneath(root: OwnedFd) -> Self {
        Self { root, resolve: ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS }
    }

    /// Opens what is there.
    pub(super) fn open(&self, path: &Path, flags: OFlags) -> io::Result<OwnedFd> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let open = || rustix::fs::openat2(&self.root, path, flags | OFlags::CLOEXEC, Mode::empty(), self.resolve);
        // EAGAIN: somebody renamed something on the way while the kernel looked (openat2(2)).
        let opened = (0..16).map(|_| open()).find(|opened| !matches!(opened, Err(Errno::AGAIN | Errno::INTR)));
        Ok(opened.unwrap_or(Err(Errno::AGAIN))?)
    }

    /// A file's content: only of a regular file, and only up to so many bytes.
    pub(super) fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        // One byte more shows that there is more.
        self.open_regular(path)?.take(limit + 1).read_to_end(&mut content)?;
        if content.len() as u64 > limit {
            return Err(io::Error::other(format!("it is larger than {limit} bytes")));
        }
        Ok(content)
    }

    /// A regular file, open for reading. Nothing else is waited for or woken up.
    pub(super) fn open_regular(&self, path: &Path) -> io::Result<File> {
        let file = File::from(self.open(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY)?);
        if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is not a regular file")) }
    }

    /// A directory, made with all those above it where it is not there.
    pub(super) fn make_directory(&self, path: &Path) -> io::Result<OwnedFd> {
        let flags = OFlags::PATH | OFlags::DIRECTORY;
        let mut reached = PathBuf::new();
        let mut directory = self.open(&reached, flags)?;
        for name in names(path) {
            reached.push(&name);
            directory = match self.open(&reached, flags) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    match rustix::fs::mkdirat(&directory, &name, Mode::from_raw_mode(0o755)) {
                        Ok(()) | Err(Errno::EXIST) => self.open(&reached, flags)?,
                        Err(errno) => return Err(errno.into()),
                    }
                }
                other => other?,
            };
        }
        Ok(directory)
    }

    /// The directory of a path, made where it is not there, and the path's last name.
    pub(super) fn make_parent(&self, path: &Path) -> io::Result<(OwnedFd, OsString)> {
        let mut names = names(path);
        let name = names.pop().filter(|name| name != OsStr::new(".."));
        let name = name.ok_or_else(|| io::Error::other("it names no file"))?;
        Ok((self.make_directory(&names.iter().collect::<PathBuf>())?, name))
    }

    /// A file that is to be at this path once it is finished.
    pub(super) fn new_file(&self, path: &Path) -> io::Result<NewFile> {
        let (directory, name) = self.make_parent(path)?;
        NewFile::make(directory, name)
    }
}

/// The names of a path, `..` among them; what begins it and `.` are left out.
fn names(path: &Path) -> Vec<OsString> {
    let name = |component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    };
    path.components().filter_map(name).collect()
}

/// A file that is being written; gone again unless it is finished.
#[derive(Debug)]
pub(super) struct NewFile {
    pub(super) file: File,
    directory: OwnedFd,
    temporary: Option<OsString>,
    name: OsString,
}

impl NewFile {
    fn make(directory: OwnedFd, name: OsString) -> io::Result<Self> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        for attempt in 0..100 {
            let temporary = OsString::from(format!("{TEMPORARY}{}-{attempt}", std::process::id()));
            match rustix::fs::openat(&directory, &temporary, flags, Mode::RUSR | Mode::WUSR) {
                Err(Errno::EXIST) => {}
                Err(errno) => return Err(errno.into()),
                Ok(file) => return Ok(Self { file: file.into(), directory, temporary: Some(temporary), name }),
            }
        }
        Err(Errno::EXIST.into())
    }

    /// Gives it to another user or group, where this process may.
    pub(super) fn give(&self, uid: Option<u32>, gid: Option<u32>) -> io::Result<()> {
        Ok(rustix::fs::fchown(&self.file, uid.map(Uid::from_raw), gid.map(Gid::from_raw))?)
    }

    /// Puts it at its place with this mode.
    pub(super) fn finish(self, mode: u32) -> io::Result<()> {
        self.set_mode(mode)?;
        self.put()
    }

    /// Puts it at its place, whatever file is there.
    pub(super) fn put(mut self) -> io::Result<()> {
        let Some(temporary) = &self.temporary else { return Ok(()) };
        rustix::fs::renameat(&self.directory, temporary, &self.directory, &self.name)?;
        self.temporary = None;
        Ok(())
    }

    /// Sets its mode; a later change of its owner may take set-id bits away.
    pub(super) fn set_mode(&self, mode: u32) -> io::Result<()> {
        Ok(rustix::fs::fchmod(&self.file, Mode::from_raw_mode(mode))?)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            let _ = rustix::fs::unlinkat(&self.directory, temporary, AtFlags::empty());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn listing(path: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn no_path_leads_out_of_a_root() {
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret"), "outside").unwrap();
        let inside = outside.path().join("inside");
        std::fs::create_dir(&inside).unwrap();
        std::fs::write(inside.join("secret"), "inside").unwrap();
        symlink(outside.path(), inside.join("absolute")).unwrap();
        symlink("..", inside.join("up")).unwrap();
        let tree = Tree::root(&inside).unwrap();
        for path in ["secret", "/secret", "../secret", "up/secret", "../../../secret", "up/../up/secret"] {
            assert_eq!(tree.read(Path::new(path), 100).unwrap(), b"inside", "{path}");
        }
        assert_eq!(tree.read(Path::new("absolute/secret"), 100).unwrap_err().kind(), io::ErrorKind::NotFound);
        tree.new_file(Path::new("up/up/new")).unwrap().finish(0o600).unwrap();
        assert!(inside.join("new").exists() && !outside.path().join("new").exists());
    }

    #[test]
    fn beneath_a_directory_what_leads_out_is_an_error() {
        let outside = tempfile::tempdir().unwrap();
        let inside = outside.path().join("inside");
        std::fs::create_dir(&inside).unwrap();
        symlink("..", inside.join("up")).unwrap();
        symlink("/", inside.join("top")).unwrap();
        let tree = Tree::beneath(Tree::root(&inside).unwrap().root);
        for path in ["../x", "up/x", "top/x", "a/../../x"] {
            assert!(tree.new_file(Path::new(path)).is_err(), "{path}");
        }
        assert_eq!(listing(outside.path()), ["inside"]);
    }

    #[test]
    fn files_appear_whole_or_not_at_all() {
        let directory = tempfile::tempdir().unwrap();
        let tree = Tree::root(directory.path()).unwrap();
        let mut file = tree.new_file(Path::new("a/b/c")).unwrap();
        file.file.write_all(b"text").unwrap();
        assert!(!directory.path().join("a/b/c").exists());
        file.finish(0o640).unwrap();
        let written = directory.path().join("a/b/c");
        assert_eq!(std::fs::metadata(&written).unwrap().permissions().mode() & 0o7777, 0o640);
        drop(tree.new_file(Path::new("a/b/d")).unwrap());
        assert_eq!(listing(&directory.path().join("a/b")), ["c"]);
        assert!(tree.new_file(Path::new("a")).unwrap().finish(0o640).is_err(), "a directory stays");
        assert!(tree.new_file(Path::new("/")).is_err());
    }

    #[test]
    fn only_regular_files_of_bounded_size_are_read() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("file"), "12345").unwrap();
        let fifo = directory.path().join("fifo");
        nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::from_bits_truncate(0o600)).unwrap();
        let tree = Tree::root(directory.path()).unwrap();
        assert_eq!(tree.read(Path::new("file"), 5).unwrap(), b"12345");
        let large = tree.read(Path::new("file"), 4).unwrap_err();
        assert_eq!(large.to_string(), "it is larger than 4 bytes");
        assert_eq!(tree.read(Path::new("fifo"), 5).unwrap_err().to_string(), "it is not a regular file");
        assert_eq!(tree.read(Path::new(""), 5).unwrap_err().to_string(), "it is not a regular file");
    }
}
