//! The directories of an allocation and its tasks, made once, before anything of a task runs.
//!
//! By descriptor, with the owners and modes they keep; afterwards no privileged step goes into a directory a task owns.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{AtFlags, Gid, Mode, OFlags, Uid, fchmod, fchown, mkdirat, openat, statat};

use crate::plan::{Group, User};
use crate::sandbox::Directories;
use crate::state::{AllocationDirectory, encode};

/// A directory to be: below which other, its name, its mode, and whose it is.
struct Wanted<'a> {
    path: &'a str,
    mode: u32,
    owner: Owner,
}

/// Whose a directory is. Only root can give directories away; an ordinary user's are all its own.
#[derive(Clone, Copy)]
enum Owner {
    /// Ours.
    Own,
    /// Ours, for the group of the task's user.
    Group,
    /// The task's user's.
    Task,
}

const ALLOCATION: [Wanted<'_>; 5] = [
    // All tasks of the group may write here, as under Nomad; what is another's stays where it is.
    Wanted { path: "alloc", mode: 0o1777, owner: Owner::Own },
    Wanted { path: "alloc/data", mode: 0o1777, owner: Owner::Own },
    Wanted { path: "alloc/tmp", mode: 0o1777, owner: Owner::Own },
    // Where the log files are bound, read-only.
    Wanted { path: "alloc/logs", mode: 0o755, owner: Owner::Own },
    Wanted { path: "tasks", mode: 0o711, owner: Owner::Own },
];

/// The set-group-id bit gives new log files the directory's group: the task may read them, and nobody else on the host.
const LOGS: Wanted<'_> = Wanted { path: "logs", mode: 0o2750, owner: Owner::Group };

const TASK: [Wanted<'_>; 5] = [
    Wanted { path: "root", mode: 0o711, owner: Owner::Own },
    Wanted { path: "root/local", mode: 0o755, owner: Owner::Task },
    Wanted { path: "root/private", mode: 0o700, owner: Owner::Task },
    Wanted { path: "root/secrets", mode: 0o700, owner: Owner::Task },
    Wanted { path: "root/tmp", mode: 0o1777, owner: Owner::Task },
];

/// Makes all directories of an allocation in its own.
///
/// # Errors
/// With the path of the directory that could not be made.
pub fn create(directory: BorrowedFd<'_>, group: &Group) -> Result<(), (std::path::PathBuf, io::Error)> {
    let umask = rustix::process::umask(Mode::empty());
    let created = create_all(directory, group);
    rustix::process::umask(umask);
    created
}

fn create_all(directory: BorrowedFd<'_>, group: &Group) -> Result<(), (std::path::PathBuf, io::Error)> {
    let root = User { name: "root".to_owned(), uid: 0, gid: 0, groups: Vec::new(), home: String::new() };
    // The log files of all tasks lie in one directory: they are for the first task's group.
    let reader = group.tasks.first().map_or(&root, |task| &task.user);
    for wanted in ALLOCATION.iter().chain([&LOGS]) {
        make(directory, wanted, reader).map_err(|error| (wanted.path.into(), error))?;
    }
    for task in &group.tasks {
        let path = format!("{}/{}", AllocationDirectory::TASKS, encode(&task.name));
        let own = Wanted { path: &path, mode: 0o711, owner: Owner::Own };
        let made = make(directory, &own, &task.user).and_then(|()| open(directory, &path));
        let made = made.map_err(|error| (path.clone().into(), error))?;
        for wanted in &TASK {
            make(&made, wanted, &task.user).map_err(|error| (Path::new(&path).join(wanted.path), error))?;
        }
    }
    Ok(())
}

/// Where the directories of a task lie on the host.
pub fn of_task(allocation: &Path, task: &str) -> Directories {
    Directories {
        allocation: allocation.join(AllocationDirectory::SHARED),
        task: allocation.join(AllocationDirectory::TASKS).join(encode(task)).join("root"),
        logs: allocation.join(AllocationDirectory::LOGS),
    }
}

/// Opens a task's own directory, which holds our files about it.
///
/// # Errors
/// It is not there.
pub fn open_task(allocation: &AllocationDirectory, task: &str) -> io::Result<File> {
    let path = format!("{}/{}", AllocationDirectory::TASKS, encode(task));
    open(allocation.directory(), &path).map(File::from)
}

/// Makes a directory; the umask is empty. One of ours is as it should be from the start, unless its parent passes a group on.
fn make(parent: impl AsFd, wanted: &Wanted<'_>, user: &User) -> io::Result<()> {
    let root = rustix::process::geteuid().is_root();
    let (uid, gid) = match wanted.owner {
        Owner::Own => (0, 0),
        Owner::Group => (0, user.gid),
        Owner::Task => (user.uid, user.gid),
    };
    let ours = !root || (uid, gid) == (0, 0);
    // Nobody else's business until owner and mode are right.
    let first = if ours { Mode::from_raw_mode(wanted.mode) } else { Mode::RWXU };
    match mkdirat(&parent, wanted.path, first) {
        Ok(()) | Err(rustix::io::Errno::EXIST) => {}
        Err(errno) => return Err(errno.into()),
    }
    let is = statat(&parent, wanted.path, AtFlags::SYMLINK_NOFOLLOW)?;
    let right = is.st_mode == libc::S_IFDIR | wanted.mode && (!root || (is.st_uid, is.st_gid) == (uid, gid));
    if right {
        return Ok(());
    }
    let made = open(&parent, wanted.path)?;
    if root {
        fchown(&made, Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)))?;
    }
    // After fchown(2), which takes the set-group-id bit away.
    Ok(fchmod(&made, Mode::from_raw_mode(wanted.mode))?)
}

fn open(parent: impl AsFd, path: &str) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(openat(parent, path, flags, Mode::empty())?)
}
