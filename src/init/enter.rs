//! The role `enter`: starts one more program in the world of a task that runs, and waits for it.
//!
//! Needs no supervisor, and changes nothing: what it starts belongs to the task and ends with it.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{Mode, OFlags, ResolveFlags};
use rustix::process::{DumpableBehavior, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use rustix::pty::{OpenptFlags, ioctl_tiocgptpeer, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use rustix::thread::{ThreadNameSpaceType, move_into_thread_name_spaces};

use super::entrance::{Given, Instructions, Item, Size, VERSION};
use super::failure::{Failure, SETUP};
use super::run::give_up_privileges;
use super::task::{self, Start};
use crate::plan::{Isolation, NamespaceMode, Task};
use crate::role::{self, Beginning};
use crate::sandbox::Origin;
use crate::sys::Born;

/// The file system of terminals (linux/magic.h).
const DEVPTS: u64 = 0x1cd1;

/// Runs the role; the exit code of its process is that of the program, 128 + n where signal n ended it.
pub fn run() -> i32 {
    let Ok((instructions, report)) = role::begin().and_then(Beginning::instructions::<Instructions>) else {
        return SETUP;
    };
    let Ok((manifest, descriptors)) = report.take::<Vec<Item>>() else { return SETUP };
    let Some(given) = Given::unpack(&manifest, descriptors) else { return SETUP };
    let adjusted = task::adjust_oom_score(&instructions.task);
    // Before we come near the task: nobody in its namespaces may look at us or through us (CVE-2016-9962).
    let _ = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable);
    let _ = rustix::thread::set_name(c"jobctl-enter");
    let (lead, terminal) = match adjusted.and_then(|()| enter(&instructions, &given)) {
        Ok(entered) => entered,
        Err(failure) => {
            let _ = report.failed(&failure);
            return failure.exit_code;
        }
    };
    let Given { lifeline, anchor, streams, entry } = given;
    drop((anchor, streams, entry));
    let handed: Vec<_> = [Some(lead.pidfd.as_fd()), terminal.as_ref().map(AsFd::as_fd)].into_iter().flatten().collect();
    let told = report.ready(&handed);
    // It hangs up when the command is gone.
    drop(terminal);
    give_up_privileges();
    if told.is_err() {
        end(&lead);
    }
    wait(&lead, &lifeline)
}

fn enter(instructions: &Instructions, given: &Given) -> Result<(Born, Option<OwnedFd>), Failure> {
    let task = &instructions.task;
    let failed = |what: &str, error: io::Error| Failure::setup(&task.address, what, &error);
    if instructions.version != VERSION {
        let reason = format!("instructions of version {}, this jobctl reads {VERSION}", instructions.version);
        return Err(Failure::new(&task.address, "entering the task", reason, SETUP));
    }
    // By files in /proc, which in the task's world does not show us.
    let origin = Origin::here();
    if let Some(isolation) = &task.isolation {
        join(given.anchor.as_fd(), isolation).map_err(|error| failed("namespaces of the task", error))?;
    }
    let terminal = instructions.terminal.map(|size| terminal(task, size)).transpose();
    let terminal = terminal.map_err(|error| failed("terminal in the task", error))?;
    let streams = match &terminal {
        Some((_, theirs)) => [theirs.as_fd(); 3],
        None => given.streams.each_ref().map(AsFd::as_fd),
    };
    let start = Start {
        task,
        directory: &instructions.directory,
        entry: &given.entry,
        descriptors: streams.into_iter().zip(0..).collect(),
        terminal: terminal.is_some(),
        origin,
        repair: false,
    };
    let lead = start.perform()?;
    Ok((lead, terminal.map(|(ours, _)| ours)))
}

/// Joins the namespaces that are the task's own: those of its init, which no program of the task can change. Process ids only for
/// children (setns(2)); by pidfd since Linux 5.8.
fn join(anchor: BorrowedFd<'_>, isolation: &Isolation) -> io::Result<()> {
    let own = &isolation.namespaces;
    let wanted = [
        (true, ThreadNameSpaceType::MOUNT | ThreadNameSpaceType::HOST_NAME_AND_NIS_DOMAIN_NAME),
        (own.pid == NamespaceMode::Private, ThreadNameSpaceType::PROCESS_ID),
        (own.ipc == NamespaceMode::Private, ThreadNameSpaceType::INTER_PROCESS_COMMUNICATION),
        (own.user, ThreadNameSpaceType::USER),
        (!own.network.is_empty(), ThreadNameSpaceType::NETWORK),
    ];
    let none = ThreadNameSpaceType::empty();
    let all = wanted.into_iter().filter(|(wanted, _)| *wanted).fold(none, |all, (_, kind)| all | kind);
    Ok(move_into_thread_name_spaces(anchor, all)?)
}

/// A new terminal where the task has its own: the end that jobctl keeps, and that of the task's user.
fn terminal(task: &Task, size: Size) -> io::Result<(OwnedFd, OwnedFd)> {
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let master = if task.isolation.is_some() {
        // The task could have put something else there.
        let no_links = ResolveFlags::NO_SYMLINKS;
        let master = rustix::fs::openat2(rustix::fs::CWD, "/dev/pts/ptmx", flags, Mode::empty(), no_links)?;
        if u64::try_from(rustix::fs::fstatfs(&master)?.f_type) != Ok(DEVPTS) {
            return Err(io::Error::other("the task has put something else on /dev/pts"));
        }
        master
    } else {
        rustix::fs::open("/dev/ptmx", flags, Mode::empty())?
    };
    unlockpt(&master)?;
    let slave = ioctl_tiocgptpeer(&master, OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    if rustix::fs::fstat(&slave)?.st_uid != task.user.uid {
        rustix::fs::fchown(&slave, Some(rustix::fs::Uid::from_raw(task.user.uid)), None)?;
    }
    let Size { rows, columns } = size;
    tcsetwinsize(&master, Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 })?;
    Ok((master, slave))
}

/// Waits for the program alone: what it leaves running belongs to the task. Without a command that waits for it, it is ended.
fn wait(lead: &Born, lifeline: &OwnedFd) -> i32 {
    let mut alive = true;
    loop {
        let mut watched = vec![PollFd::new(&lead.pidfd, PollFlags::IN)];
        watched.extend(alive.then(|| PollFd::new(lifeline, PollFlags::IN)));
        let _ = poll(&mut watched, None);
        let ready: Vec<bool> = watched.iter().map(|watched| !watched.revents().is_empty()).collect();
        if ready[0] {
            break;
        }
        if ready.get(1) == Some(&true) {
            alive = false;
            end(lead);
        }
    }
    match rustix::io::retry_on_intr(|| waitid(WaitId::PidFd(lead.pidfd.as_fd()), WaitIdOptions::EXITED)) {
        Ok(Some(status)) => {
            let signalled = status.terminating_signal().map(|signal| 128 + signal);
            status.exit_status().or(signalled).unwrap_or(SETUP)
        }
        _ => SETUP,
    }
}

/// Kills it with its process group, whose number is its own until it is reaped.
fn end(lead: &Born) {
    let _ = kill_process_group(lead.pid, Signal::KILL);
    let _ = rustix::process::pidfd_send_signal(&lead.pidfd, Signal::KILL);
}
