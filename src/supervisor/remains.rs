//! What is left of a task whose init was killed: where neither a cgroup nor a pid namespace holds a task together, only its init does.
//!
//! Found by what only its processes have, and held before it is looked at: never by a number that could be somebody else's.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::process::{Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, pidfd_open, pidfd_send_signal, waitid};

use crate::linux::kernel_file;
use crate::linux::process::{Identity, has_ended, numbers, pid_of};
use crate::linux::process_stat::ProcessStat;
use crate::state::AllocationId;

/// How long killed processes may take to be gone.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the processes of a run have that no others have.
#[derive(Debug)]
pub(super) struct Remains<'a> {
    /// Two variables of their environment (see [`Self::knows`]).
    pub(super) allocation: &'a AllocationId,
    /// The other one.
    pub(super) task: &'a str,
    /// Its main process, if that is known.
    pub(super) main: Option<&'a Identity>,
    /// Our own children that live on; every other one came to us when its init ended. `None` for a process that gets none.
    pub(super) inits: Option<&'a BTreeSet<u32>>,
}

/// A process, held.
struct Held {
    pidfd: OwnedFd,
    parent: u32,
    environment: Vec<u8>,
}

impl Remains<'_> {
    /// Kills them, and waits until there are no more.
    ///
    /// # Errors
    /// Some are still there after two seconds; for people.
    pub(super) fn end(&self) -> Result<(), String> {
        let deadline = Instant::now() + PATIENCE;
        let mut pause = Duration::from_micros(500);
        loop {
            let found = self.find();
            if found.is_empty() {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(format!("{} processes of it are still there after SIGKILL", found.len()));
            }
            for process in &found {
                let _ = pidfd_send_signal(&process.pidfd, Signal::KILL);
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }

    /// Those that there are now, but for what has ended.
    fn find(&self) -> Vec<Held> {
        let own = std::process::id();
        let mut all: BTreeMap<u32, Held> =
            numbers().filter(|pid| *pid != own).filter_map(|pid| Some((pid, Held::of(pid)?))).collect();
        let main = self.main.filter(|main| main.is_running().unwrap_or(false)).map(|main| main.pid);
        let is_orphan = |pid: u32, parent| parent == own && self.inits.is_some_and(|inits| !inits.contains(&pid));
        let marked = all.iter().filter(|(pid, process)| {
            main == Some(**pid) || is_orphan(**pid, process.parent) || self.knows(&process.environment)
        });
        let mut found: BTreeSet<u32> = marked.map(|(pid, _)| *pid).collect();
        // What they started is the task's as well.
        while let Some(child) =
            all.iter().find(|(pid, process)| found.contains(&process.parent) && !found.contains(pid))
        {
            found.insert(*child.0);
        }
        let mut found: Vec<Held> = found.into_iter().filter_map(|pid| all.remove(&pid)).collect();
        found.retain(|process| !process.is_over(own));
        found
    }

    /// Whether this is the environment of a process of the task, as it was given to it.
    fn knows(&self, environment: &[u8]) -> bool {
        let wanted = [format!("NOMAD_ALLOC_ID={}", self.allocation.as_str()), format!("NOMAD_TASK_NAME={}", self.task)];
        wanted.iter().all(|wanted| environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes()))
    }
}

impl Held {
    /// `None` if it is gone.
    fn of(pid: u32) -> Option<Self> {
        let number = i32::try_from(pid).ok().and_then(Pid::from_raw)?;
        let pidfd = pidfd_open(number, PidfdFlags::empty()).ok()?;
        let parent = ProcessStat::read(pid).ok()?.parent()?;
        // Not readable: somebody else's, and none of this task's.
        let environment = kernel_file::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        // What was read by number belongs to the one held if that has not been reaped.
        pid_of(pidfd.as_fd()).ok().filter(|held| *held == pid)?;
        Some(Self { pidfd, parent, environment })
    }

    /// Whether it has ended; a child of ours is reaped then.
    fn is_over(&self, own: u32) -> bool {
        let ended = has_ended(self.pidfd.as_fd()).unwrap_or(true);
        if ended && self.parent == own {
            let wait = || waitid(WaitId::PidFd(self.pidfd.as_fd()), WaitIdOptions::EXITED | WaitIdOptions::NOHANG);
            let _ = rustix::io::retry_on_intr(wait);
        }
        ended
    }
}

/// Has what comes from an init that was killed become a child of this process.
///
/// # Errors
/// The kernel refuses.
pub(super) fn take_in() -> io::Result<()> {
    Ok(rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Child, Command};

    fn id() -> AllocationId {
        AllocationId::derived("remains")
    }

    fn sleeper(allocation: &str, task: &str) -> Child {
        let mut command = Command::new("/bin/sleep");
        command.arg("1000").env("NOMAD_ALLOC_ID", allocation).env("NOMAD_TASK_NAME", task).spawn().unwrap()
    }

    #[test]
    fn what_has_its_marks_is_ended_and_nothing_else() {
        let id = id();
        let mut own = sleeper(id.as_str(), "t");
        let mut others = [sleeper(id.as_str(), "other"), sleeper("another", "t")];
        Remains { allocation: &id, task: "t", main: None, inits: None }.end().unwrap();
        assert!(!own.wait().is_ok_and(|status| status.success()));
        for other in &mut others {
            assert!(other.try_wait().unwrap().is_none());
            other.kill().unwrap();
            other.wait().unwrap();
        }
    }

    #[test]
    fn the_main_process_and_what_it_started_are_ended() {
        let id = id();
        let mut main = Command::new("/bin/sh").args(["-c", "env -i sleep 1000 & wait"]).spawn().unwrap();
        let identity = {
            let pidfd = pidfd_open(Pid::from_child(&main), PidfdFlags::empty()).unwrap();
            Identity::of(pidfd.as_fd()).unwrap()
        };
        let remains = Remains { allocation: &id, task: "t", main: Some(&identity), inits: None };
        let started = || {
            numbers()
                .filter(|pid| ProcessStat::read(*pid).is_ok_and(|stat| stat.parent() == Some(main.id())))
                .collect::<Vec<_>>()
        };
        while started().is_empty() {
            std::thread::sleep(Duration::from_millis(1));
        }
        let children = started();
        remains.end().unwrap();
        main.wait().unwrap();
        assert!(children.iter().all(|pid| Held::of(*pid).is_none_or(|held| held.is_over(0))));
    }
}
