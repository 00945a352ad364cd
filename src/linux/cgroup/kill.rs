//! Killing everything in a cgroup, the processes included that are being made meanwhile.
//!
//! By descriptors of its directories, so that it works where its path cannot be seen. Never by a number that could be somebody else's.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags, openat};
use rustix::process::{Pid, PidfdFlags, Signal};

use super::group::open_directory;
use super::{Cgroup, CgroupError};

/// How long killed processes may take to leave.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is needed to kill a cgroup's processes.
#[derive(Debug)]
pub struct Killer {
    /// The directory of a v2 cgroup, or that of one v1 hierarchy: `pids`, where there is one.
    directory: OwnedFd,
}

impl Cgroup {
    /// The means to kill its processes, for one who will not see its path.
    ///
    /// # Errors
    /// It is gone, or has no directory.
    pub fn killer(&self) -> Result<Option<Killer>, CgroupError> {
        let Some(path) = self.one_directory() else { return Ok(None) };
        Ok(Some(Killer { directory: open_directory(path)? }))
    }

    /// Its processes, and those of cgroups inside it, as one hierarchy has them: in each a process is in one cgroup.
    ///
    /// # Errors
    /// It cannot be read; a cgroup that is gone has none.
    pub fn processes(&self) -> Result<Vec<Pid>, CgroupError> {
        let Some(path) = self.one_directory() else { return Ok(Vec::new()) };
        processes(path).map_err(CgroupError::file("read", path))
    }

    /// The directory that all its processes are seen in.
    fn one_directory(&self) -> Option<&Path> {
        let best = self.unified.as_ref().or_else(|| self.controllers.get("pids"));
        best.or_else(|| self.controllers.values().next()).map(PathBuf::as_path)
    }

    /// Sends SIGKILL to all of them, those included that are being made meanwhile, and waits until they are gone.
    ///
    /// # Errors
    /// Some are not gone after two seconds, or its files cannot be read. A cgroup that is gone is no error.
    pub fn kill(&self) -> Result<(), CgroupError> {
        for directory in self.directories() {
            let killer = match open_directory(directory) {
                Err(CgroupError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => continue,
                other => Killer { directory: other? },
            };
            let left = killer.kill().map_err(CgroupError::file("write", directory))?;
            if left > 0 {
                return Err(CgroupError::Alive { count: left, path: directory.to_owned() });
            }
        }
        Ok(())
    }
}

impl Killer {
    /// From its descriptor.
    pub fn new(directory: OwnedFd) -> Self {
        Self { directory }
    }

    /// To be handed on.
    pub fn descriptor(&self) -> BorrowedFd<'_> {
        self.directory.as_fd()
    }

    /// Kills all; how many are still there after two seconds.
    ///
    /// # Errors
    /// Its files cannot be read.
    pub fn kill(&self) -> io::Result<usize> {
        let directory = self.directory.as_fd();
        if write(directory, "cgroup.kill", "1").is_err() {
            // Before 5.14, and on v1: nobody is made any more, then each is killed.
            let _ = write(directory, "pids.max", "0");
        }
        let deadline = Instant::now() + PATIENCE;
        let mut pause = Duration::from_micros(200);
        loop {
            let left = kill_listed(directory)?;
            if left == 0 || Instant::now() > deadline {
                return Ok(left);
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }
}

/// Sends SIGKILL to each process of the cgroup and those inside it; how many there were.
fn kill_listed(directory: BorrowedFd<'_>) -> io::Result<usize> {
    let open = |pid: &Pid| Some((*pid, rustix::process::pidfd_open(*pid, PidfdFlags::empty()).ok()?));
    let held: Vec<_> = list(directory)?.iter().filter_map(open).collect();
    // Listed again after each was opened: what stands in both lists is what is held, and not a later process of that number.
    let still = if held.is_empty() { Vec::new() } else { list(directory)? };
    for (pid, pidfd) in held {
        if still.contains(&pid) {
            let _ = rustix::process::pidfd_send_signal(&pidfd, Signal::KILL);
        }
    }
    let mut count = still.len();
    for inner in inner(directory) {
        count += kill_listed(inner.as_fd())?;
    }
    Ok(count)
}

/// The processes of one cgroup; none if it is gone. Those that have ended and wait for their parent do not count.
fn list(directory: BorrowedFd<'_>) -> io::Result<Vec<Pid>> {
    let text = match read(directory, "cgroup.procs") {
        Err(error) if matches!(error.raw_os_error(), Some(libc::ENODEV | libc::ENOENT)) => return Ok(Vec::new()),
        other => other?,
    };
    // 0: one that this pid namespace does not show.
    Ok(text.lines().filter_map(|line| Pid::from_raw(line.parse().ok()?)).collect())
}

fn inner(directory: BorrowedFd<'_>) -> Vec<OwnedFd> {
    let Ok(entries) = rustix::fs::Dir::read_from(directory) else { return Vec::new() };
    let directories = entries.flatten().filter(|entry| entry.file_type() == rustix::fs::FileType::Directory);
    let named = directories.filter(|entry| ![c".", c".."].contains(&entry.file_name()));
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    named.filter_map(|entry| openat(directory, entry.file_name(), flags, Mode::empty()).ok()).collect()
}

fn read(directory: BorrowedFd<'_>, name: &str) -> io::Result<String> {
    let file = openat(directory, name, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
    io::read_to_string(std::fs::File::from(file))
}

fn write(directory: BorrowedFd<'_>, name: &str, value: &str) -> io::Result<()> {
    let file = openat(directory, name, OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty())?;
    rustix::io::write(&file, value.as_bytes())?;
    Ok(())
}

/// The processes in the cgroup of this directory and those inside it.
pub(super) fn processes(directory: &Path) -> io::Result<Vec<Pid>> {
    let opened = match open_directory(directory) {
        Err(CgroupError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(io::Error::other)?,
    };
    all(opened.as_fd())
}

fn all(directory: BorrowedFd<'_>) -> io::Result<Vec<Pid>> {
    let mut found = list(directory)?;
    for inner in inner(directory) {
        found.extend(all(inner.as_fd())?);
    }
    Ok(found)
}

/// Whether the cgroup of this directory has neither processes nor cgroups inside.
pub(super) fn is_empty(directory: &Path) -> bool {
    let Ok(opened) = open_directory(directory) else { return false };
    inner(opened.as_fd()).is_empty() && list(opened.as_fd()).is_ok_and(|processes| processes.is_empty())
}
