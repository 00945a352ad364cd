//! Which process that was: an identity that outlives its observer and is never fooled by a reused number.
//!
//! Finding again and comparing only; what is done with the process found is decided elsewhere.

use std::fs;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::sync::OnceLock;

use rustix::process::{Pid, PidfdFlags, pidfd_open};
use serde::{Deserialize, Serialize};

use super::kernel_file;
use super::process_stat::ProcessStat;

/// The magic number of pidfs (linux/magic.h); before 6.9 all pidfds share one inode.
const PIDFS: u64 = 0x5049_4446;

/// A process, told apart from every other one of this host since it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Its number in the pid namespace below.
    pub pid: u32,
    /// When it began, in clock ticks since boot (proc(5), field 22 of /proc/PID/stat).
    pub start_time: u64,
    /// The inode of its pidfd, unique for a boot since Linux 6.9; zero before.
    pub pidfd_inode: u64,
    /// /proc/sys/kernel/random/boot_id
    pub boot_id: String,
    /// The inode of the pid namespace in which the number counts.
    pub pid_namespace: u64,
}

impl Identity {
    /// The identity of the process behind a pidfd.
    ///
    /// # Errors
    /// ESRCH if it has been reaped; those of reading /proc.
    pub fn of(pidfd: BorrowedFd<'_>) -> io::Result<Self> {
        let identity = Self::with_number(pid_of(pidfd)?, pidfd)?;
        // What was read by number belongs to the pidfd's process if that has still not been reaped.
        pid_of(pidfd)?;
        Ok(identity)
    }

    /// The identity of this process.
    ///
    /// # Errors
    /// Those of reading /proc.
    pub fn of_this_process() -> io::Result<Self> {
        let pid = rustix::process::getpid();
        let pidfd = pidfd_open(pid, PidfdFlags::empty())?;
        Self::with_number(std::process::id(), pidfd.as_fd())
    }

    fn with_number(pid: u32, pidfd: BorrowedFd<'_>) -> io::Result<Self> {
        Ok(Self {
            pid,
            start_time: start_time(pid)?,
            pidfd_inode: inode(pidfd)?,
            boot_id: boot_id()?,
            pid_namespace: pid_namespace()?,
        })
    }

    /// The process itself, if it still exists; it may have ended without having been reaped.
    ///
    /// # Errors
    /// Those of reading /proc, except that the process is gone.
    pub fn find(&self) -> io::Result<Option<OwnedFd>> {
        let Some(pid) = i32::try_from(self.pid).ok().and_then(Pid::from_raw) else { return Ok(None) };
        let pidfd = match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(pidfd) => pidfd,
            // EINVAL: a thread that leads no group has the number now.
            Err(rustix::io::Errno::SRCH | rustix::io::Errno::INVAL) => return Ok(None),
            Err(errno) => return Err(errno.into()),
        };
        match Self::of(pidfd.as_fd()) {
            Ok(found) => Ok((found == *self).then_some(pidfd)),
            Err(error) if is_gone(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the process still runs: it exists and is no zombie.
    ///
    /// # Errors
    /// As [`Identity::find`].
    pub fn is_running(&self) -> io::Result<bool> {
        Ok(match self.find()? {
            Some(pidfd) => !has_ended(pidfd.as_fd())?,
            None => false,
        })
    }
}

/// What tells this boot of the host from all others (/proc/sys/kernel/random/boot_id).
///
/// # Errors
/// Those of reading /proc.
pub fn boot_id() -> io::Result<String> {
    static READ: OnceLock<String> = OnceLock::new();
    if let Some(id) = READ.get() {
        return Ok(id.clone());
    }
    let id = kernel_file::read_text("/proc/sys/kernel/random/boot_id")?.trim_end().to_owned();
    Ok(READ.get_or_init(|| id).clone())
}

/// The inode of the pid namespace in which numbers count for us; a process never changes its own.
///
/// # Errors
/// Those of reading /proc.
pub fn pid_namespace() -> io::Result<u64> {
    static READ: OnceLock<u64> = OnceLock::new();
    if let Some(inode) = READ.get() {
        return Ok(*inode);
    }
    let inode = fs::metadata("/proc/self/ns/pid")?.ino();
    Ok(*READ.get_or_init(|| inode))
}

/// Whether the process behind a pidfd has ended.
///
/// # Errors
/// Those of poll(2).
pub fn has_ended(pidfd: BorrowedFd<'_>) -> io::Result<bool> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let mut descriptors = [PollFd::from_borrowed_fd(pidfd, PollFlags::IN)];
    loop {
        match poll(&mut descriptors, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })) {
            Ok(ready) => return Ok(ready > 0),
            Err(rustix::io::Errno::INTR) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
}

/// The number of the process behind a pidfd.
///
/// # Errors
/// ESRCH once it has been reaped, or if it cannot be seen from here.
pub fn pid_of(pidfd: BorrowedFd<'_>) -> io::Result<u32> {
    let text = kernel_file::read_text(format!("/proc/self/fdinfo/{}", pidfd.as_raw_fd()))?;
    // -1: reaped. 0: in another pid namespace.
    let pid = text.lines().find_map(|line| line.strip_prefix("Pid:")?.trim().parse().ok()).filter(|pid| *pid > 0);
    pid.ok_or_else(|| rustix::io::Errno::SRCH.into())
}

fn inode(pidfd: BorrowedFd<'_>) -> io::Result<u64> {
    let is_pidfs = u64::try_from(rustix::fs::fstatfs(pidfd)?.f_type) == Ok(PIDFS);
    Ok(if is_pidfs { rustix::fs::fstat(pidfd)?.st_ino } else { 0 })
}

/// When the process of that number began, in clock ticks since boot: with the number it tells it from all others (proc(5)).
///
/// # Errors
/// It is not there.
pub fn start_time(pid: u32) -> io::Result<u64> {
    ProcessStat::read(pid)?.start_time().ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidData, format!("/proc/{pid}/stat has not the expected form"))
    })
}

/// The numbers of all processes in sight.
pub fn numbers() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn is_gone(error: &io::Error) -> bool {
    let errno = rustix::io::Errno::from_io_error(error);
    error.kind() == io::ErrorKind::NotFound || errno == Some(rustix::io::Errno::SRCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_itself_and_nobody_else() {
        let own = Identity::of_this_process().unwrap();
        assert!(own.find().unwrap().is_some());
        assert!(own.is_running().unwrap());
        for other in [
            Identity { start_time: own.start_time + 1, ..own.clone() },
            Identity { boot_id: "other".to_owned(), ..own.clone() },
            Identity { pid_namespace: own.pid_namespace + 1, ..own.clone() },
            Identity { pid: u32::MAX, ..own.clone() },
            Identity { pid: 0, ..own.clone() },
        ] {
            assert!(other.find().unwrap().is_none(), "{other:?}");
        }
    }

    #[test]
    fn a_process_that_ended_does_not_run() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let pid = rustix::process::Pid::from_child(&child);
        let pidfd = pidfd_open(pid, PidfdFlags::empty()).unwrap();
        let identity = Identity::of(pidfd.as_fd()).unwrap();
        let status = rustix::process::waitid(
            rustix::process::WaitId::PidFd(pidfd.as_fd()),
            rustix::process::WaitIdOptions::EXITED | rustix::process::WaitIdOptions::NOWAIT,
        );
        assert!(status.unwrap().is_some());
        assert!(!identity.is_running().unwrap(), "a zombie");
        child.wait().unwrap();
        assert!(identity.find().unwrap().is_none(), "reaped");
    }
}
