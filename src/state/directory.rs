//! A directory of the state, open: what lies in it is reached by descriptor, believed only if it is ours, and replaced whole.
//!
//! Knows modes, owners and renames; nothing of what the documents say.

use std::ffi::OsStr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, Dir, FileType, Mode, OFlags, RenameFlags, chmodat, fstat, mkdirat, openat, renameat, renameat_with,
    unlinkat,
};
use rustix::io::Errno;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Error, temporary};

/// The largest document that is read back: more is not ours.
const LARGEST: u64 = 256 * 1024 * 1024;

/// Whether a write reaches the disk before the call returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Survives a power loss.
    Synced,
    /// Survives any process. After a power loss what was there before may be there, but not a part of either: file systems
    /// write a file out that is renamed over another.
    Whole,
    /// Survives any process, not a power loss: enough for what ends with its command. Nothing waits for a disk.
    Cached,
}

/// An open directory whose owner and mode were checked.
#[derive(Debug)]
pub struct Directory {
    fd: OwnedFd,
    /// For messages: relative to the state directory, or absolute for the state directory itself.
    path: PathBuf,
    owner: u32,
}

impl Directory {
    /// Opens an existing directory by path; `None` if there is none. It must belong to this process's user or to root, and must not be
    /// writable by others.
    ///
    /// # Errors
    /// [`Error::Owner`], [`Error::Writable`], [`Error::Io`]
    pub fn open(path: &Path) -> Result<Option<Self>, Error> {
        match rustix::fs::open(path, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()) {
            Ok(fd) => Self::check(fd, path.to_owned(), None).map(Some),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(io("open", path.to_owned(), errno)),
        }
    }

    /// Another descriptor of the same directory.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn try_clone(&self) -> Result<Self, Error> {
        let fd = self.fd.try_clone();
        let fd = fd.map_err(|source| Error::Io { action: "hold", path: self.path.clone(), source })?;
        Ok(Self { fd, path: self.path.clone(), owner: self.owner })
    }

    /// The same directory, which will have another name.
    pub(super) fn known_as(self, path: PathBuf) -> Self {
        Self { path, ..self }
    }

    /// The path, for messages.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The user everything in here belongs to.
    pub fn owner(&self) -> u32 {
        self.owner
    }

    /// Opens a directory inside this one; `None` if there is none.
    ///
    /// # Errors
    /// As [`Directory::open`].
    pub fn directory(&self, name: &str) -> Result<Option<Self>, Error> {
        match openat(
            &self.fd,
            name,
            OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC,
            Mode::empty(),
        ) {
            Ok(fd) => Self::check(fd, self.path_of(name), Some(self.owner)).map(Some),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(io("open", self.path_of(name), errno)),
        }
    }

    /// Opens a directory inside this one, making it with `mode` if it is not there.
    ///
    /// # Errors
    /// As [`Directory::open`].
    pub fn make_directory(&self, name: &str, mode: u32) -> Result<Self, Error> {
        loop {
            if let Some(directory) = self.directory(name)? {
                return Ok(directory);
            }
            make(&self.fd, name, mode).map_err(|errno| io("make", self.path_of(name), errno))?;
        }
    }

    /// The names in this directory, sorted; those that begin with a dot are ours and not for listing.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn names(&self) -> Result<Vec<String>, Error> {
        let mut names = self.all_names()?;
        names.retain(|name| !name.starts_with('.'));
        Ok(names)
    }

    fn all_names(&self) -> Result<Vec<String>, Error> {
        let failed = |errno| io("list", self.path.clone(), errno);
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let listing = openat(&self.fd, c".", flags, Mode::empty()).and_then(Dir::new).map_err(failed)?;
        let mut names = Vec::new();
        for entry in listing {
            let entry = entry.map_err(failed)?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes()).to_string_lossy().into_owned();
            if name != "." && name != ".." {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Opens a file; `None` if there is none. It must be a regular file, belong to the directory's owner or to root, and not be
    /// writable by others.
    ///
    /// # Errors
    /// [`Error::Owner`], [`Error::Writable`], [`Error::NotAFile`], [`Error::Io`]
    pub fn open_file(&self, name: &str, flags: OFlags) -> Result<Option<OwnedFd>, Error> {
        // O_NONBLOCK: a FIFO somebody put here must not stop us.
        let flags = flags | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = match openat(&self.fd, name, flags, Mode::RUSR | Mode::WUSR) {
            Ok(file) => file,
            Err(Errno::NOENT) => return Ok(None),
            Err(errno) => return Err(io("open", self.path_of(name), errno)),
        };
        let stat = fstat(&file).map_err(|errno| io("read", self.path_of(name), errno))?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(Error::NotAFile(self.path_of(name)));
        }
        believe(self.path_of(name), stat.st_uid, stat.st_mode, self.owner)?;
        Ok(Some(file))
    }

    /// The whole of a file; `None` if there is none.
    ///
    /// # Errors
    /// As [`Directory::open_file`].
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        use std::io::Read;
        let Some(file) = self.open_file(name, OFlags::RDONLY)? else { return Ok(None) };
        let size = fstat(&file).map_err(|errno| io("read", self.path_of(name), errno))?.st_size.unsigned_abs();
        // One byte more: the read that finds the end needs no other buffer.
        let mut bytes = Vec::with_capacity(usize::try_from(size.min(LARGEST)).unwrap_or(0) + 1);
        std::fs::File::from(file).take(LARGEST).read_to_end(&mut bytes).map_err(|source| Error::Io {
            action: "read",
            path: self.path_of(name),
            source,
        })?;
        Ok(Some(bytes))
    }

    /// A versioned document; `None` if there is none.
    ///
    /// # Errors
    /// [`Error::Version`] if its `version` is above `known`, [`Error::Malformed`], and those of [`Directory::read`].
    pub fn read_document<T: DeserializeOwned>(&self, name: &str, known: u32) -> Result<Option<T>, Error> {
        self.read(name)?.map(|bytes| parse(&bytes, known, &self.path_of(name))).transpose()
    }

    /// Writes a document under a temporary name and renames it: readers see the old one or the new one, whole.
    ///
    /// # Errors
    /// [`Error::Encode`], [`Error::Io`]
    pub fn write_document(&self, name: &str, document: &impl Serialize, durability: Durability) -> Result<(), Error> {
        let mut bytes =
            serde_json::to_vec(document).map_err(|source| Error::Encode { path: self.path_of(name), source })?;
        bytes.push(b'\n');
        self.write(name, &bytes, durability)
    }

    /// Writes a file under a temporary name and renames it.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn write(&self, name: &str, bytes: &[u8], durability: Durability) -> Result<(), Error> {
        use std::io::Write;
        let temporary = temporary::name(name);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = openat(&self.fd, &temporary, flags, Mode::RUSR | Mode::WUSR)
            .map_err(|errno| io("make", self.path_of(name), errno))?;
        let mut file = std::fs::File::from(file);
        let written = file.write_all(bytes).and_then(|()| match durability {
            Durability::Synced => file.sync_all(),
            Durability::Whole | Durability::Cached => Ok(()),
        });
        let renamed =
            written.map_err(|source| Error::Io { action: "write", path: self.path_of(name), source }).and_then(|()| {
                let replaced = match durability {
                    Durability::Cached => self.exchange(&temporary, name),
                    Durability::Synced | Durability::Whole => renameat(&self.fd, &temporary, &self.fd, name),
                };
                replaced.map_err(|errno| io("replace", self.path_of(name), errno))
            });
        if let Err(error) = renamed {
            // The write has failed, and that is what is reported.
            let _ = unlinkat(&self.fd, &temporary, AtFlags::empty());
            return Err(error);
        }
        if durability == Durability::Synced { self.sync() } else { Ok(()) }
    }

    /// Replaces a file without the wait for the disk that a file system adds where a file is renamed over another (ext4(5),
    /// `auto_da_alloc`): the two change names, and the old one goes.
    fn exchange(&self, temporary: &str, name: &str) -> Result<(), Errno> {
        match renameat_with(&self.fd, temporary, &self.fd, name, RenameFlags::EXCHANGE) {
            Ok(()) => unlinkat(&self.fd, temporary, AtFlags::empty()),
            // There is none yet, or the file system cannot.
            Err(_) => renameat(&self.fd, temporary, &self.fd, name),
        }
    }

    /// Removes a directory and all that is in it: from the first moment it has its name no more, and what [`Self::sweep`] finds of it, should
    /// this process be killed meanwhile, is removed as well. `first` is done before anything in it goes.
    ///
    /// # Errors
    /// [`Error::Io`]; what cannot be removed has its name again. Those of `first`.
    pub fn remove_directory(&self, name: &str, first: impl FnOnce(&Self) -> Result<(), Error>) -> Result<(), Error> {
        let failed = |errno| io("remove", self.path_of(name), errno);
        let temporary = temporary::name(name);
        let place = match renameat(&self.fd, name, &self.fd, &temporary) {
            Ok(()) => temporary.as_str(),
            // A directory of a lower layer of overlayfs keeps its name.
            Err(Errno::XDEV) => name,
            Err(errno) => return Err(failed(errno)),
        };
        let directory = self.directory(place)?;
        let removed = directory.as_ref().map_or(Ok(()), first);
        removed.and_then(|()| super::remove::tree(self.fd.as_fd(), place).map_err(failed)).inspect_err(|_| {
            // That it could not be removed is what is reported.
            let _ = renameat(&self.fd, place, &self.fd, name);
        })
    }

    /// Removes what processes that are gone left half written.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn sweep(&self) -> Result<(), Error> {
        for name in self.all_names()?.iter().filter(|name| temporary::is_abandoned(name)) {
            self.remove_file(name).or_else(|_| self.remove_tree(name))?;
        }
        Ok(())
    }

    /// Makes the names in this directory survive a power loss.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn sync(&self) -> Result<(), Error> {
        openat(&self.fd, c".", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
            .and_then(|fd| rustix::fs::fsync(&fd))
            .map_err(|errno| io("sync", self.path.clone(), errno))
    }

    /// Removes a file; that it is not there is no error.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn remove_file(&self, name: &str) -> Result<(), Error> {
        match unlinkat(&self.fd, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(io("remove", self.path_of(name), errno)),
        }
    }

    /// Removes a directory and all that is in it, without following a symbolic link and without leaving its file system: what a task
    /// left mounted in it is not emptied.
    ///
    /// # Errors
    /// [`Error::Io`]; what could be removed is gone.
    pub fn remove_tree(&self, name: &str) -> Result<(), Error> {
        super::remove::tree(self.fd.as_fd(), name).map_err(|errno| io("remove", self.path_of(name), errno))
    }

    /// The path of something in here, for messages.
    pub fn path_of(&self, name: &str) -> PathBuf {
        if self.path.is_absolute() { PathBuf::from(name) } else { self.path.join(name) }
    }

    fn check(fd: OwnedFd, path: PathBuf, owner: Option<u32>) -> Result<Self, Error> {
        let stat = fstat(&fd).map_err(|errno| io("read", path.clone(), errno))?;
        let expected = owner.unwrap_or_else(|| rustix::process::geteuid().as_raw());
        believe(path.clone(), stat.st_uid, stat.st_mode, expected)?;
        Ok(Self { fd, path, owner: stat.st_uid })
    }
}

impl AsFd for Directory {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// Makes a directory with exactly that mode; that it is there already is no error.
pub(super) fn make(parent: impl AsFd, name: impl rustix::path::Arg + Copy, mode: u32) -> Result<(), Errno> {
    let mode = Mode::from_raw_mode(mode);
    match mkdirat(&parent, name, mode) {
        // The umask takes bits away.
        Ok(()) => chmodat(&parent, name, mode, AtFlags::empty()),
        Err(Errno::EXIST) => Ok(()),
        Err(errno) => Err(errno),
    }
}

/// Reads a versioned document; `path` is for messages.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8], known: u32, path: &Path) -> Result<T, Error> {
    #[derive(serde::Deserialize)]
    struct Versioned {
        version: u64,
    }
    let malformed = |source| Error::Malformed { path: path.to_owned(), source };
    let Versioned { version } = serde_json::from_slice(bytes).map_err(malformed)?;
    if version > u64::from(known) {
        return Err(Error::Version { path: path.to_owned(), found: version, known });
    }
    serde_json::from_slice(bytes).map_err(malformed)
}

/// Only what its owner alone could have written is believed; root may own anything.
fn believe(path: PathBuf, owner: u32, mode: u32, expected: u32) -> Result<(), Error> {
    if owner != expected && owner != 0 {
        return Err(Error::Owner { path, owner, expected });
    }
    if mode & 0o022 != 0 {
        return Err(Error::Writable { path, mode: mode & 0o7777 });
    }
    Ok(())
}

pub(super) fn io(action: &'static str, path: PathBuf, errno: Errno) -> Error {
    Error::Io { action, path, source: errno.into() }
}

impl From<Directory> for OwnedFd {
    fn from(directory: Directory) -> Self {
        directory.fd
    }
}
