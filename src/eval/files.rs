//! Files as the file functions see them, so that evaluation needs no disk.

use std::io;
use std::path::{Path, PathBuf};

/// The largest file a function reads, in bytes: what it reads becomes part of a plan.
pub const MAX_FILE_BYTES: u64 = 4 << 20;

/// What stands at a path, symbolic links followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A device, socket or pipe.
    Other,
}

/// What the file functions ask of the outside world. Paths are absolute, or relative to the working directory.
pub trait Files {
    /// The whole content of a regular file of at most [`MAX_FILE_BYTES`].
    ///
    /// # Errors
    /// Those of the system; `FileTooLarge` beyond the limit.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// What stands there.
    ///
    /// # Errors
    /// Those of the system, `NotFound` where nothing stands there.
    fn kind(&self, path: &Path) -> io::Result<FileKind>;

    /// The names in a directory, in any order.
    ///
    /// # Errors
    /// Those of the system.
    fn list(&self, directory: &Path) -> io::Result<Vec<String>>;

    /// The home directory of the user, or of the user running this process where no name is given.
    fn home(&self) -> Option<PathBuf>;

    /// The working directory of this process, which a relative path starts from.
    fn working_directory(&self) -> Option<PathBuf>;
}

/// No files at all: every path is missing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _path: &Path) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn kind(&self, _path: &Path) -> io::Result<FileKind> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn list(&self, _directory: &Path) -> io::Result<Vec<String>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn home(&self) -> Option<PathBuf> {
        None
    }

    fn working_directory(&self) -> Option<PathBuf> {
        None
    }
}

/// The disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiskFiles;

impl Files for DiskFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        use std::io::Read;
        if self.kind(path)? != FileKind::File {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        let mut content = Vec::new();
        std::fs::File::open(path)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut content)?;
        if content.len() as u64 > MAX_FILE_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(content)
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        let metadata = std::fs::metadata(path)?;
        Ok(if metadata.is_file() {
            FileKind::File
        } else if metadata.is_dir() {
            FileKind::Directory
        } else {
            FileKind::Other
        })
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<String>> {
        let entries = std::fs::read_dir(directory)?;
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    fn home(&self) -> Option<PathBuf> {
        std::env::home_dir()
    }

    fn working_directory(&self) -> Option<PathBuf> {
        std::env::current_dir().ok()
    }
}
