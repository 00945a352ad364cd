//! One writer of a job at a time, and who that is.
//!
//! The lock is the kernel's and ends with its holder; the text in the file only says who it is.

use std::os::fd::{AsFd, OwnedFd};

use jiff::Timestamp;
use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags, flock, fstat, openat, statat};
use rustix::io::Errno;

use super::directory::io;
use super::{Directory, Error, Holder};

/// The length of the text about a holder, blanks included.
const HOLDER: usize = 256;

/// The right to change one job, until dropped.
#[derive(Debug)]
pub struct JobLock {
    file: OwnedFd,
}

impl Drop for JobLock {
    fn drop(&mut self) {
        // Closing is not enough: a child that another thread is just starting has a copy of the descriptor until its exec.
        let _ = flock(&self.file, FlockOperation::Unlock);
    }
}

impl JobLock {
    /// Takes the lock file `name` in `directory` if nobody has it.
    pub(super) fn take(directory: &Directory, name: &str, job: &str, command: &str) -> Result<Self, Error> {
        loop {
            let Some(file) = directory.open_file(name, OFlags::RDWR | OFlags::CREATE)? else { continue };
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => {}
                Err(Errno::WOULDBLOCK) => {
                    return Err(Error::Locked { job: job.to_owned(), holder: read_holder(&file) });
                }
                Err(errno) => return Err(io("lock", directory.path_of(name), errno)),
            }
            // A holder that forgot the job has removed the file: the lock of a file without a name guards nothing.
            if !is_named(directory, name, &file)? {
                continue;
            }
            let holder = Holder { pid: std::process::id(), command: command.to_owned(), since: Timestamp::now() };
            // Who holds the lock is a courtesy: on a full disk the lock is as good without it.
            if let Ok(mut text) = serde_json::to_vec(&holder) {
                // Blanks cover what a holder before left. A file that is cut to nothing and written again makes its closing wait for
                // the disk (ext4(5), `auto_da_alloc`).
                text.resize(text.len().max(HOLDER), b' ');
                let _ = rustix::io::pwrite(&file, &text, 0);
            }
            return Ok(Self { file });
        }
    }
}

/// Whether nobody has the lock file `name` in `directory`, and so nobody is changing the job. Makes no file.
pub(super) fn check(directory: &Directory, name: &str, job: &str) -> Result<(), Error> {
    let Some(file) = directory.open_file(name, OFlags::RDONLY)? else { return Ok(()) };
    match flock(&file, FlockOperation::NonBlockingLockShared) {
        Ok(()) => Ok(()),
        Err(Errno::WOULDBLOCK) => Err(Error::Locked { job: job.to_owned(), holder: read_holder(&file) }),
        Err(errno) => Err(io("lock", directory.path_of(name), errno)),
    }
}

/// The right to give ports to allocations, until dropped: of one state directory, whoever the jobs belong to.
#[derive(Debug)]
pub struct PortsLock {
    directory: OwnedFd,
}

impl PortsLock {
    /// Waits until nobody else has it. Locked is the directory itself, so that no file is left.
    pub(super) fn take(directory: &Directory) -> Result<Self, Error> {
        let failed = |errno| io("lock", directory.path_of("."), errno);
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let opened = openat(directory, ".", flags, Mode::empty()).map_err(failed)?;
        rustix::io::retry_on_intr(|| flock(&opened, FlockOperation::LockExclusive)).map_err(failed)?;
        Ok(Self { directory: opened })
    }
}

impl Drop for PortsLock {
    fn drop(&mut self) {
        let _ = flock(&self.directory, FlockOperation::Unlock);
    }
}

fn is_named(directory: &Directory, name: &str, file: &OwnedFd) -> Result<bool, Error> {
    let failed = |errno| io("read", directory.path_of(name), errno);
    let held = fstat(file).map_err(failed)?;
    match statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(named) => Ok((named.st_dev, named.st_ino) == (held.st_dev, held.st_ino)),
        Err(Errno::NOENT) => Ok(false),
        Err(errno) => Err(failed(errno)),
    }
}

fn read_holder(file: impl AsFd) -> Option<Holder> {
    let mut text = [0; 4096];
    let length = rustix::io::pread(file, &mut text[..], 0).ok()?;
    serde_json::from_slice(&text[..length]).ok()
}
