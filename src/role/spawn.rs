//! Starting another process of ours.

use std::ffi::CString;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::sync::OnceLock;

use rustix::fs::MemfdFlags;
use rustix::process::Pid;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{COMPLETE, INSTRUCTIONS, Outcome, REPORT, Role, report};
use crate::sys::{self, Birth, BirthError, Born, Entry, Namespaces, Program, Step, Underway};

/// How a process of ours is started: fresh exec of the pinned executable, empty environment, standard streams on
/// /dev/null, all signals at their default, no descriptor but those given. On a machine with nothing else to do it begins on another
/// processor than ours.
#[derive(Clone, Copy, Debug)]
pub struct Spawn<'a> {
    /// What it is to be.
    pub role: Role,
    /// Shown by `ps` beside the role: the allocation or task. Means nothing to the process.
    pub label: &'a str,
    /// Its new namespaces.
    pub namespaces: Namespaces,
    /// In a session of its own (`run --detach`, supervisors).
    pub session: bool,
    /// Its standard error; /dev/null if none.
    pub stderr: Option<BorrowedFd<'a>>,
    /// The cgroup it is born in; the caller's if none.
    pub cgroup: Option<&'a Entry>,
}

/// A process of ours that was started.
#[derive(Debug)]
pub struct Child {
    /// Its number as we see it.
    pub pid: Pid,
    /// It itself: readable when it has ended.
    pub pidfd: OwnedFd,
    /// Its report comes here: readable when there is one.
    pub report: OwnedFd,
}

/// A process of ours that waits for its instructions, and meanwhile loads. Dropped before it was given all, it is ended.
#[derive(Debug)]
pub struct Newborn {
    /// Taken by the one who gives it the rest.
    process: Option<Underway>,
    report: Option<OwnedFd>,
    /// Closed when it has been instructed.
    instructions: Option<Instructions>,
}

/// Where instructions are written, and what is closed when they are complete.
#[derive(Debug)]
struct Instructions {
    document: File,
    _complete: io::PipeWriter,
}

/// Why a process of ours did not start.
#[derive(Debug, thiserror::Error)]
pub enum SpawnError {
    /// Our executable cannot be held.
    #[error("cannot open the executable of jobctl")]
    Executable(#[source] io::Error),
    /// A pipe, a socket or a descriptor.
    #[error("cannot prepare a process of jobctl")]
    Prepare(#[source] io::Error),
    /// The kernel refused.
    #[error("cannot start a process of jobctl")]
    Birth(#[source] BirthError),
    /// There is no room for its instructions.
    #[error("cannot instruct a process of jobctl")]
    Instruct(#[source] io::Error),
}

impl<'a> Spawn<'a> {
    /// A process of this role in our namespaces, session and cgroup.
    pub fn of(role: Role, label: &'a str) -> Self {
        let namespaces = Namespaces::default();
        Self { role, label, namespaces, session: false, stderr: None, cgroup: None }
    }

    /// Starts it. In a user namespace of its own it has every capability over it, and no id until somebody writes the maps.
    ///
    /// # Errors
    /// The process could not be made.
    pub fn bear(&self) -> Result<Newborn, SpawnError> {
        let executable = executable().map_err(SpawnError::Executable)?;
        let (pipe, complete) = io::pipe().map_err(SpawnError::Prepare)?;
        let document = document().map_err(SpawnError::Prepare)?;
        let (report, their_report) = report::channel().map_err(SpawnError::Prepare)?;
        let null = rustix::fs::open("/dev/null", rustix::fs::OFlags::RDWR | rustix::fs::OFlags::CLOEXEC, 0.into())
            .map_err(|errno| SpawnError::Prepare(errno.into()))?;
        let stderr = self.stderr.unwrap_or(null.as_fd());
        let given = [null.as_fd(), null.as_fd(), stderr, pipe.as_fd(), their_report.as_fd(), document.as_fd()];
        let placed = Placed::new(&given, executable).map_err(SpawnError::Prepare)?;
        let alone = sys::is_alone(None);
        let underway = Birth {
            namespaces: self.namespaces,
            entry: self.cgroup,
            steps: self.steps(&placed),
            program: Program::Descriptor(placed.executable.as_fd()),
            arguments: vec![c_string(self.role.name()), c_string(self.label)],
            environment: Vec::new(),
        }
        .begin()
        .map_err(SpawnError::Birth)?;
        if alone {
            aside(underway.born().pid, || ());
        }
        let instructions = Some(Instructions { document, _complete: complete });
        Ok(Newborn { process: Some(underway), report: Some(report), instructions })
    }

    fn steps(&self, placed: &Placed) -> Vec<Step> {
        let mut steps = placed.steps(self.session);
        if self.namespaces.user {
            steps.push(Step::KeepAllCapabilities);
        }
        steps
    }
}

/// Does something that makes another process run, on another processor than ours where nothing else runs; afterwards it may run on all of
/// ours. The kernel lets it run on another by itself where that is idle, but a virtual one that is idle it takes for one its host has taken
/// away.
fn aside(process: Pid, wake: impl FnOnce()) {
    let all = rustix::thread::sched_getaffinity(None).ok();
    let others = all.map(|mut others| {
        others.unset(rustix::thread::sched_getcpu());
        others
    });
    // A matter of time only.
    let narrowed = |others| rustix::thread::sched_setaffinity(Some(process), others).is_ok();
    let narrowed = others.as_ref().is_some_and(|others| others.count() > 0 && narrowed(others));
    wake();
    if let Some(all) = all.filter(|_| narrowed) {
        let _ = rustix::thread::sched_setaffinity(Some(process), &all);
    }
}

impl Newborn {
    /// Its number as we see it, and it itself.
    pub fn born(&self) -> Option<&Born> {
        self.process.as_ref().map(Underway::born)
    }

    /// Hands it its instructions, once. Whether it still lives its outcome tells.
    ///
    /// # Errors
    /// There is no memory for them.
    pub fn instruct<I: Serialize>(&mut self, instructions: &I) -> Result<(), SpawnError> {
        let text = serde_json::to_vec(instructions).map_err(|error| SpawnError::Instruct(error.into()))?;
        let Some(mut place) = self.instructions.take() else { return Ok(()) };
        let written = place.document.write_all(&text).map_err(SpawnError::Instruct);
        self.aside(|| drop(place));
        written
    }

    /// Lets it go on loading on another processor than ours, where nothing else runs.
    pub fn stand_aside(&self) {
        self.aside(|| ());
    }

    fn aside(&self, wake: impl FnOnce()) {
        match self.born().filter(|born| sys::is_alone(Some(born.pid))) {
            Some(born) => aside(born.pid, wake),
            None => wake(),
        }
    }

    /// Says something to it before anything is given, which it takes with [`super::Report::take`], in this order.
    ///
    /// # Errors
    /// It cannot be said. That it has ended is none: the outcome tells why.
    pub fn say<M: Serialize>(&self, what: &M) -> Result<(), SpawnError> {
        let mut said = Ok(());
        // The kernel brings who waits for a message to the processor of the writer, which goes on here.
        self.aside(|| said = self.report.as_ref().map_or(Ok(()), |report| report::give(report.as_fd(), what, &[])));
        match said {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(SpawnError::Instruct(error)),
            _ => Ok(()),
        }
    }

    /// Hands it the descriptors it is to have (at most 253) and what they are, which it takes with [`super::Report::take`], in this
    /// order. It has begun when [`Child::outcome`] says so.
    ///
    /// # Errors
    /// They cannot be handed over. That it has ended is none: the outcome tells why.
    pub fn give<M: Serialize>(mut self, manifest: &M, descriptors: &[BorrowedFd<'_>]) -> Result<Child, SpawnError> {
        let (Some(process), Some(report)) = (self.process.take(), self.report.take()) else {
            return Err(SpawnError::Instruct(io::ErrorKind::NotFound.into()));
        };
        let Born { pid, pidfd } = process.finish().map_err(SpawnError::Birth)?;
        let child = Child { pid, pidfd, report };
        match report::give(child.report.as_fd(), manifest, descriptors) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                child.end();
                Err(SpawnError::Instruct(error))
            }
            _ => Ok(child),
        }
    }
}

impl Drop for Newborn {
    fn drop(&mut self) {
        if let Some(process) = self.process.take() {
            end(&process.born().pidfd);
        }
    }
}

/// Descriptors moved out of the way, so that each can be put at its place without covering another.
struct Placed {
    copies: Vec<OwnedFd>,
    executable: OwnedFd,
}

impl Placed {
    /// Copies of all, above every number that will be used.
    fn new(given: &[BorrowedFd<'_>], executable: BorrowedFd<'_>) -> io::Result<Self> {
        let above = i32::try_from(given.len()).map_err(io::Error::other)?;
        let copy = |from: &BorrowedFd<'_>| rustix::io::fcntl_dupfd_cloexec(from, above);
        let copies = given.iter().map(copy).collect::<Result<_, _>>()?;
        Ok(Self { copies, executable: copy(&executable)? })
    }

    /// Puts each at its place, and closes all else but the executable, which exec closes.
    fn steps(&self, session: bool) -> Vec<Step> {
        let mut steps = Vec::with_capacity(self.copies.len() + 3);
        if session {
            steps.push(Step::Session);
        }
        let mut next = 0;
        for (copy, to) in self.copies.iter().zip(0..) {
            steps.push(Step::Descriptor { from: copy.as_raw_fd(), to });
            next = to.unsigned_abs() + 1;
        }
        let executable = self.executable.as_raw_fd().unsigned_abs();
        if next < executable {
            steps.push(Step::Close { first: next, last: executable - 1 });
        }
        steps.push(Step::Close { first: executable + 1, last: u32::MAX });
        steps
    }
}

// After the standard streams.
const _: () = assert!(COMPLETE == 3 && REPORT == 4 && INSTRUCTIONS == 5);

/// A file in memory. `MFD_NOEXEC_SEAL` is unknown before 6.3, and wanted where vm.memfd_noexec is 2.
fn document() -> io::Result<File> {
    let make = |flags| rustix::fs::memfd_create(c"instructions", MemfdFlags::CLOEXEC | flags);
    Ok(make(MemfdFlags::NOEXEC_SEAL).or_else(|_| make(MemfdFlags::empty()))?.into())
}

/// Our own executable, pinned at the first start of another process.
fn executable() -> io::Result<BorrowedFd<'static>> {
    static EXECUTABLE: OnceLock<OwnedFd> = OnceLock::new();
    if EXECUTABLE.get().is_none() {
        let opened = sys::own_executable(Role::of_this_process() != Role::Command)?;
        let _ = EXECUTABLE.set(opened);
    }
    EXECUTABLE.get().map(AsFd::as_fd).ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// Up to the first NUL, if there is one.
fn c_string(text: &str) -> CString {
    CString::new(text.split('\0').next().unwrap_or_default()).unwrap_or_default()
}

impl Child {
    /// Waits for its report.
    ///
    /// # Errors
    /// The report cannot be read.
    pub fn outcome<E: DeserializeOwned>(&self) -> io::Result<Outcome<E>> {
        report::receive(self.report.as_fd())
    }

    /// Kills it and waits for its end.
    pub fn end(&self) {
        end(&self.pidfd);
    }
}

fn end(process: &OwnedFd) {
    let _ = rustix::process::pidfd_send_signal(process, rustix::process::Signal::KILL);
    let id = || rustix::process::WaitId::PidFd(process.as_fd());
    let _ = rustix::io::retry_on_intr(|| rustix::process::waitid(id(), rustix::process::WaitIdOptions::EXITED));
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    #[test]
    fn descriptors_reach_their_places_in_any_order() {
        let files = [0; 4].map(|_| File::open("/dev/null").unwrap());
        let given: Vec<_> = files.iter().rev().map(AsFd::as_fd).collect();
        let placed = Placed::new(&given, files[0].as_fd()).unwrap();
        for (step, to) in placed.steps(true)[1..].iter().zip(0..4) {
            let Step::Descriptor { from, to: place } = step else { panic!("{step:?}") };
            assert!(*place == to && *from >= 4, "{step:?}");
        }
    }

    #[test]
    fn who_was_moved_aside_may_run_everywhere_again() {
        let mut child = std::process::Command::new("/bin/sleep").arg("1000").spawn().unwrap();
        let pid = Pid::from_child(&child);
        let may = |pid| rustix::thread::sched_getaffinity(pid).unwrap();
        let before = may(None);
        aside(pid, || ());
        assert!(may(Some(pid)) == before && may(None) == before);
        // Narrowed to one, as under taskset(1), there is nowhere to go.
        let mut one = rustix::thread::CpuSet::new();
        one.set(rustix::thread::sched_getcpu());
        rustix::thread::sched_setaffinity(None, &one).unwrap();
        let mut woken = false;
        aside(pid, || woken = true);
        let unchanged = may(Some(pid)) == before;
        rustix::thread::sched_setaffinity(None, &before).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(woken && unchanged);
    }
}
