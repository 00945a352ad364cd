//! The life of init once the task runs: move its output, reap, see to it that nothing stays, record.
//!
//! One loop, one thread, asleep while nothing happens.

use std::io;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use nix::sys::signal::{SigSet, Signal as NamedSignal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, WaitOptions};

use super::ExitRecord;
use crate::linux::bell::Bell;
use crate::linux::cgroup::Killer;
use crate::logs::{Next, Pump};

/// How long what was killed may take to be gone, and its output to be moved.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long a stranger may hold the task's output open once all its processes are gone.
const STRANGER: Duration = Duration::from_secs(1);

/// How long to wait after an error of the log files.
const AGAIN: Duration = Duration::from_secs(1);

/// What init watches.
#[derive(Debug)]
pub(super) struct Watch {
    pub(super) main: Pid,
    pub(super) signals: SignalFd,
    pub(super) lifeline: Option<OwnedFd>,
    pub(super) bell: Option<Bell>,
    pub(super) pumps: Vec<Moving>,
    pub(super) reach: Reach,
}

/// How every process of the task is reached.
#[derive(Debug)]
pub(super) enum Reach {
    /// We are pid 1 of its pid namespace.
    Namespace,
    /// By its cgroup.
    Cgroup(Killer),
    /// Neither: whatever becomes our child.
    Children,
}

/// A pump, and when it is to be asked again.
#[derive(Debug)]
pub(super) struct Moving {
    pump: Pump,
    next: Next,
    since: Instant,
}

/// The signals init listens to: an end of a child, and the order to end everything.
///
/// # Errors
/// They cannot be blocked.
pub(super) fn listen() -> io::Result<SignalFd> {
    let mut signals = SigSet::empty();
    signals.add(NamedSignal::SIGCHLD);
    signals.add(NamedSignal::SIGTERM);
    // Only what the task brings along is given up for it: once the task runs it means nothing.
    signals.add(NamedSignal::SIGUSR1);
    signals.thread_block()?;
    Ok(SignalFd::with_flags(&signals, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?)
}

impl Watch {
    /// Until everything is over, which is brought about `at_once` or when it is time; how the main process ended.
    pub(super) fn run(mut self, at_once: bool) -> Option<ExitRecord> {
        let mut record = None;
        let mut ending: Option<Instant> = None;
        let mut gone: Option<Instant> = None;
        loop {
            let told = at_once && ending.is_none() || self.wait(ending.or(gone).is_some());
            let children = self.reap(&mut record);
            if told || record.is_some() {
                ending.get_or_insert_with(Instant::now);
            }
            if ending.is_some() && children {
                self.kill();
            }
            if !children {
                gone.get_or_insert_with(Instant::now);
            }
            self.pumps.retain_mut(Moving::go_on);
            if let Some(bell) = &self.bell {
                bell.ring();
            }
            let late = ending.is_some_and(|begun| begun.elapsed() > PATIENCE);
            let held = gone.is_some_and(|begun| begun.elapsed() > STRANGER) && self.pumps.iter().all(Moving::is_idle);
            if late || !children && (self.pumps.is_empty() || held) {
                return record;
            }
        }
    }

    /// Sleeps until something is to be done; whether we were told to end everything.
    fn wait(&self, impatient: bool) -> bool {
        let mut descriptors = vec![PollFd::new(&self.signals, PollFlags::IN)];
        let lifeline = self.lifeline.as_ref().map(|lifeline| {
            descriptors.push(PollFd::new(lifeline, PollFlags::IN));
            descriptors.len() - 1
        });
        let readable = self.pumps.iter().filter(|moving| moving.next == Next::Readable);
        let sources: Vec<_> = readable.map(|moving| moving.pump.source()).collect();
        descriptors.extend(sources.iter().map(|source| PollFd::new(source, PollFlags::IN)));
        let mut timeout = self.pumps.iter().filter_map(Moving::pause).min();
        if impatient {
            let soon = Duration::from_millis(100);
            timeout = Some(timeout.map_or(soon, |pause| pause.min(soon)));
        }
        let timeout = timeout.and_then(|pause| Timespec::try_from(pause).ok());
        let _ = poll(&mut descriptors, timeout.as_ref());
        let cut = lifeline.is_some_and(|index| !descriptors[index].revents().is_empty());
        let mut told = cut;
        while let Ok(Some(signal)) = self.signals.read_signal() {
            told |= signal.ssi_signo == NamedSignal::SIGTERM as u32;
        }
        told
    }

    /// Takes in all that ended; whether there are children left.
    fn reap(&self, record: &mut Option<ExitRecord>) -> bool {
        loop {
            match rustix::process::wait(WaitOptions::NOHANG) {
                Ok(Some((pid, status))) if pid == self.main => *record = Some(ExitRecord::of(status)),
                Ok(Some(_)) | Err(Errno::INTR) => {}
                Ok(None) => return true,
                Err(_) => return false,
            }
        }
    }

    /// SIGKILL to everything but ourselves.
    fn kill(&self) {
        match &self.reach {
            Reach::Namespace => {
                // Every process this one may signal, itself excepted (kill(2)): as pid 1 that is the namespace.
                let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(-1), NamedSignal::SIGKILL);
            }
            Reach::Cgroup(killer) => {
                let _ = killer.kill();
                kill_children();
            }
            Reach::Children => kill_children(),
        }
    }
}

/// Our direct children. Theirs become ours when they are gone, and the next round takes those.
fn kill_children() {
    let own = std::process::id();
    let listed = std::fs::read_to_string(format!("/proc/self/task/{own}/children")).unwrap_or_default();
    for pid in listed.split_whitespace().filter_map(|pid| pid.parse().ok()).filter_map(Pid::from_raw) {
        // Not reaped yet, so the number is still its own.
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
    }
}

impl Moving {
    pub(super) fn new(pump: Pump) -> Self {
        Self { pump, next: Next::Readable, since: Instant::now() }
    }

    /// How long until it is to be asked again, if by time.
    fn pause(&self) -> Option<Duration> {
        match self.next {
            Next::Pause(length) | Next::Full(length) => Some(length.saturating_sub(self.since.elapsed())),
            Next::Readable | Next::Ended => None,
        }
    }

    fn is_idle(&self) -> bool {
        self.next == Next::Readable
    }

    /// Moves what is there; whether it is still needed.
    fn go_on(&mut self) -> bool {
        if self.pause().is_some_and(|left| !left.is_zero()) {
            return true;
        }
        // A file that cannot be opened or written, for another reason than a full disk, may be there again later.
        self.next = self.pump.ready().unwrap_or(Next::Full(AGAIN));
        self.since = Instant::now();
        self.next != Next::Ended
    }
}
