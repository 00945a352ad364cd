//! The directory of one allocation.
//!
//! `launch.json`, `status.json`, `events.jsonl`, `control.sock`, `logs/`, `alloc/`, and for each task `tasks/<task>/{exit, log.lock, root/}`.

use std::os::fd::OwnedFd;

use nix::fcntl::{FcntlArg, fcntl};
use rustix::fs::{FlockOperation, OFlags, fcntl_lock};
use rustix::io::Errno;

use super::{AllocationId, AllocationStatus, Directory, Durability, Error, Journal, JournalReader, Launch, directory};

pub(super) const LAUNCH: &str = "launch.json";
const STATUS: &str = "status.json";
const OWNER: &str = "supervisor.lock";

/// An allocation's directory, open.
#[derive(Debug)]
pub struct AllocationDirectory {
    id: AllocationId,
    directory: Directory,
}

/// The right to supervise an allocation.
#[derive(Debug)]
pub struct Ownership(#[expect(dead_code, reason = "it is held, and closed with its process")] OwnedFd);

impl AllocationDirectory {
    /// The name of the control socket in it.
    pub const SOCKET: &str = "control.sock";
    /// The name of the directory with the log files.
    pub const LOGS: &str = "logs";
    /// The name of the directory its tasks share.
    pub const SHARED: &str = "alloc";
    /// The name of the directory with a directory for each task.
    pub const TASKS: &str = "tasks";

    pub(super) fn new(id: AllocationId, directory: Directory) -> Self {
        Self { id, directory }
    }

    pub(super) fn try_clone(&self) -> Result<Self, Error> {
        Ok(Self { id: self.id.clone(), directory: self.directory.try_clone()? })
    }

    /// Whose directory this is.
    pub fn id(&self) -> &AllocationId {
        &self.id
    }

    /// The directory itself.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// What it was started as; `None` where that is not there.
    ///
    /// # Errors
    /// Those of reading a document.
    pub fn launch(&self) -> Result<Option<Launch>, Error> {
        self.directory.read_document(LAUNCH, Launch::VERSION)
    }

    /// How it fares; `None` where no supervisor has said so yet.
    ///
    /// # Errors
    /// Those of reading a document.
    pub fn status(&self) -> Result<Option<AllocationStatus>, Error> {
        self.directory.read_document(STATUS, AllocationStatus::VERSION)
    }

    /// Writes how it fares: the supervisor's right.
    ///
    /// # Errors
    /// Those of writing a document.
    pub fn write_status(&self, status: &AllocationStatus, durability: Durability) -> Result<(), Error> {
        self.directory.write_document(STATUS, status, durability)
    }

    /// Takes the right to supervise the allocation, until this process ends or drops it.
    ///
    /// # Errors
    /// [`Error::Owned`] while another process has it.
    pub fn take_ownership(&self) -> Result<Ownership, Error> {
        let path = || self.directory.path_of(OWNER);
        let file = self.directory.open_file(OWNER, OFlags::RDWR | OFlags::CREATE)?;
        let file = file.ok_or_else(|| directory::io("make", path(), Errno::NOENT))?;
        // A record lock: no child has it, not even for the moment before its exec.
        match fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Ownership(file)),
            Err(Errno::AGAIN | Errno::ACCESS) => Err(Error::Owned(self.id.clone())),
            Err(errno) => Err(directory::io("lock", path(), errno)),
        }
    }

    /// The number of the process that supervises the allocation; `None` if none does.
    ///
    /// # Errors
    /// Those of opening a file.
    pub fn owner(&self) -> Result<Option<i32>, Error> {
        let Some(file) = self.directory.open_file(OWNER, OFlags::RDONLY)? else { return Ok(None) };
        let mut lock = nix::libc::flock {
            l_type: short(nix::libc::F_WRLCK),
            l_whence: short(nix::libc::SEEK_SET),
            l_start: 0,
            l_len: 0,
            l_pid: 0,
        };
        fcntl(&file, FcntlArg::F_GETLK(&mut lock)).map_err(|errno| Error::Io {
            action: "read",
            path: self.directory.path_of(OWNER),
            source: errno.into(),
        })?;
        Ok((lock.l_type != short(nix::libc::F_UNLCK)).then_some(lock.l_pid))
    }

    /// Opens the journal for writing: the supervisor's right.
    ///
    /// # Errors
    /// Those of opening a file.
    pub fn journal(&self) -> Result<Journal, Error> {
        Journal::open(self.directory.try_clone()?)
    }

    /// Opens the journal for reading; `None` where there is none yet.
    ///
    /// # Errors
    /// Those of opening a file.
    pub fn events(&self) -> Result<Option<JournalReader>, Error> {
        JournalReader::open(self.directory.try_clone()?)
    }

    /// The directory of the log files; `None` where it has none yet.
    ///
    /// # Errors
    /// Those of opening a directory.
    pub fn logs(&self) -> Result<Option<OwnedFd>, Error> {
        Ok(self.directory.directory(Self::LOGS)?.map(OwnedFd::from))
    }
}

/// The constants of fcntl(2) are wider than the fields they are for.
fn short(constant: i32) -> i16 {
    i16::try_from(constant).unwrap_or_default()
}
