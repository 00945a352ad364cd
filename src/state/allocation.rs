//! The directory of one allocation.
//!
//! `launch.json`, `status.json`, `events.jsonl`, `control.sock`, `logs/`, `alloc/`, and for each task `tasks/<task>/{exit, log.lock, root/}`.

use std::os::fd::OwnedFd;

use rustix::fs::OFlags;

use super::{AllocationId, AllocationStatus, Directory, Durability, Error, Journal, JournalReader, Launch, directory};

const LAUNCH: &str = "launch.json";
const STATUS: &str = "status.json";
const EVENTS: &str = "events.jsonl";

/// An allocation's directory, open.
#[derive(Debug)]
pub struct AllocationDirectory {
    id: AllocationId,
    directory: Directory,
}

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

    /// Whose directory this is.
    pub fn id(&self) -> &AllocationId {
        &self.id
    }

    /// The directory itself.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// What it was started as; `None` where its making was cut short.
    ///
    /// # Errors
    /// Those of reading a document.
    pub fn launch(&self) -> Result<Option<Launch>, Error> {
        self.directory.read_document(LAUNCH, Launch::VERSION)
    }

    /// Writes what it is started as.
    ///
    /// # Errors
    /// Those of writing a document.
    pub fn write_launch(&self, launch: &Launch, durability: Durability) -> Result<(), Error> {
        self.directory.write_document(LAUNCH, launch, durability)
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
    pub fn write_status(&self, status: &AllocationStatus) -> Result<(), Error> {
        self.directory.write_document(STATUS, status, Durability::Cached)
    }

    /// Opens the journal for writing: the supervisor's right.
    ///
    /// # Errors
    /// Those of opening a file.
    pub fn journal(&self) -> Result<Journal, Error> {
        let flags = OFlags::RDWR | OFlags::APPEND | OFlags::CREATE;
        match self.directory.open_file(EVENTS, flags)? {
            Some(file) => Journal::new(file, self.directory.path_of(EVENTS)),
            None => Err(directory::io("make", self.directory.path_of(EVENTS), rustix::io::Errno::NOENT)),
        }
    }

    /// Opens the journal for reading; `None` where there is none yet.
    ///
    /// # Errors
    /// Those of opening a file.
    pub fn events(&self) -> Result<Option<JournalReader>, Error> {
        let file = self.directory.open_file(EVENTS, OFlags::RDONLY)?;
        Ok(file.map(|file| JournalReader::new(file, self.directory.path_of(EVENTS))))
    }

    /// The directory of the log files; `None` where it has none yet.
    ///
    /// # Errors
    /// Those of opening a directory.
    pub fn logs(&self) -> Result<Option<OwnedFd>, Error> {
        Ok(self.directory.directory(Self::LOGS)?.map(OwnedFd::from))
    }
}
