//! One run of a task: begun, signalled, killed, and cleared away when it is over.
//!
//! Performs and reports; when any of it is done the lifecycle decides.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{AtFlags, Mode, OFlags, openat, unlinkat};
use rustix::io::Errno;
use rustix::process::{Signal, WaitId, WaitIdOptions, pidfd_send_signal, waitid};

use super::directories;
use super::failure::{StartFailure, with_causes};
use super::lifeline::Link;
use super::output_pipes::{inodes, read_ends};
use super::remains::Remains;
use crate::init::{self, Descriptors, ExitRecord, Started, Starting};
use crate::linux::cgroup::{Cgroup, Hierarchies, Note};
use crate::linux::process::Identity;
use crate::logs::{self, Lock, Pump, Stream};
use crate::plan::{Resources, Task};
use crate::state::{AllocationDirectory, TaskExit, TaskStatus, encode};

/// The exit record of the last run of a task.
const EXIT: &str = "exit";
/// Locked by whoever moves the task's output.
const LOG_LOCK: &str = "log.lock";
/// More than any pipe holds: what is left in one that nobody writes to any more.
const REST: u64 = 16 << 20;

/// Seconds that init may take to end everything.
const PATIENCE: u64 = 15;

/// A run of a task that has begun.
#[derive(Debug)]
pub(super) struct Execution {
    state: State,
    exit_record: File,
}

#[derive(Debug)]
enum State {
    Starting(Starting, Identities),
    Running(Running),
}

/// What is held of a task that runs.
#[derive(Debug)]
struct Running {
    init: OwnedFd,
    /// `None` where it had ended before another supervisor looked.
    main: Option<OwnedFd>,
    /// `None` where there is none any more.
    cgroup: Option<Cgroup>,
    oom_killed: bool,
    /// Whether it is of interest that the main process ends: once, and where the others end with it, as those of a pid namespace do.
    main_is_awaited: bool,
    output: Option<[OwnedFd; 2]>,
    identities: Identities,
    /// Whether init is our child, and ours to reap.
    is_child: bool,
}

/// The processes of a run as they are written down.
#[derive(Clone, Debug, Default)]
pub(super) struct Identities {
    /// The process that watches.
    pub(super) init: Option<Identity>,
    /// The main process.
    pub(super) main: Option<Identity>,
    /// Where all its processes are.
    pub(super) cgroup: Option<Cgroup>,
    /// The pipes of its output.
    pub(super) pipes: Option<[u64; 2]>,
}

/// How a run ended.
#[derive(Debug)]
pub(super) struct Ended {
    /// For the status.
    pub(super) exit: TaskExit,
    /// When.
    pub(super) time: Timestamp,
    /// What went wrong while clearing it away, for people.
    pub(super) troubles: Vec<String>,
}

impl Execution {
    /// Begins a run of a task with its init. The link's pipe is closed when nobody is left to stop it.
    pub(super) fn begin(
        allocation: &AllocationDirectory,
        link: Option<&Link>,
        init: init::Instructed,
        hierarchies: &Hierarchies,
    ) -> Result<Self, StartFailure> {
        let task = init.task();
        let address = task.address.clone();
        let failed = |what: &str, error: &dyn std::error::Error| StartFailure::own(&address, what, error);
        let files = Files::make(allocation, &task.name).map_err(|error| failed("making the task's files", &error))?;
        let logs = allocation.logs().map_err(|error| failed("opening the log directory", &error))?;
        let logs = logs.ok_or_else(|| failed("opening the log directory", &io::Error::from(Errno::NOENT)))?;
        let copying = |error| failed("copying a descriptor", &error);
        let descriptors = Descriptors {
            logs,
            log_lock: files.log_lock,
            exit_record: files.exit_record,
            lifeline: link.map(|link| link.anybody.try_clone()).transpose().map_err(copying)?,
            bell: link.map(|link| link.bell.try_clone()).transpose().map_err(copying)?,
            passed: Vec::new(),
        };
        // Its cgroup is found by its name until it runs: what a start writes down stands before it.
        let identities = Identities { init: init.identity().cloned(), ..Identities::default() };
        let starting = init.begin(descriptors, hierarchies)?;
        Ok(Self { state: State::Starting(starting, identities), exit_record: files.read_exit_record })
    }

    /// Takes over a run that another supervisor began, and that may have ended meanwhile: its record is there either way.
    pub(super) fn adopt(allocation: &AllocationDirectory, status: &TaskStatus) -> io::Result<Self> {
        let find = |identity: &Option<Identity>| identity.as_ref().map(Identity::find).transpose().map(Option::flatten);
        let directory = directories::open_task(allocation, &status.name)?;
        let exit_record = open(&directory, EXIT, OFlags::RDONLY | OFlags::CREATE)?;
        let init = match find(&status.init)? {
            Some(init) => init,
            None => ended()?,
        };
        let identities = Identities {
            init: status.init.clone(),
            main: status.process.clone(),
            cgroup: status.cgroup.clone(),
            pipes: status.pipes,
        };
        let running = Running {
            // What the supervisor before held of the task's output is gone with it.
            output: status.pipes.and_then(|pipes| read_ends(init.as_fd(), pipes)),
            init,
            main: find(&status.process)?,
            cgroup: status.cgroup.clone(),
            oom_killed: false,
            main_is_awaited: false,
            identities,
            is_child: false,
        };
        Ok(Self { state: State::Running(running), exit_record: exit_record.into() })
    }

    /// Whether it is still being started.
    pub(super) fn is_starting(&self) -> bool {
        matches!(self.state, State::Starting(..))
    }

    /// Readable when it has started, has failed to, or has ended.
    pub(super) fn progress(&self) -> BorrowedFd<'_> {
        match &self.state {
            State::Starting(starting, _) => starting.report(),
            State::Running(running) => running.init.as_fd(),
        }
    }

    /// Readable when its main process has ended, where that is of interest.
    pub(super) fn main(&self) -> Option<BorrowedFd<'_>> {
        match &self.state {
            State::Running(running) if running.main_is_awaited => running.main.as_ref().map(AsFd::as_fd),
            _ => None,
        }
    }

    /// Its main process has ended, and its init is about to: its cgroup can go meanwhile, unless something else is still in it.
    pub(super) fn main_ended(&mut self) {
        let State::Running(running) = &mut self.state else { return };
        running.main_is_awaited = false;
        if let Some(cgroup) = &running.cgroup {
            running.oom_killed = cgroup.oom_kills().is_some_and(|kills| kills > 0);
            running.cgroup.take_if(|cgroup| cgroup.remove_empty());
        }
    }

    /// Lets a start go no further than it has come, where that can take long.
    pub(super) fn give_up_start(&self) {
        if let State::Starting(starting, _) = &self.state {
            starting.give_up();
        }
    }

    /// Its processes, as far as they are known yet.
    pub(super) fn identities(&self) -> &Identities {
        match &self.state {
            State::Starting(_, identities) => identities,
            State::Running(running) => &running.identities,
        }
    }

    /// Finishes the start, and gives back limits that this host cannot enforce. `inits` are those of other tasks.
    pub(super) fn finish_start(
        self,
        allocation: &AllocationDirectory,
        task: &Task,
        inits: &BTreeSet<u32>,
    ) -> Result<(Self, Vec<Note>), StartFailure> {
        let State::Starting(starting, Identities { init, .. }) = self.state else { return Ok((self, Vec::new())) };
        let started = starting.finish().map_err(|(error, output)| {
            // Killed, it may have been over a task that already ran. What cannot be ended now the next start finds again.
            if matches!(error, init::StartError::Died { .. }) {
                let _ = Remains { allocation: allocation.id(), task: &task.name, main: None, inits: Some(inits) }.end();
            }
            if let Some(output) = output {
                // That it did not start is what is reported.
                let _ = save_output(allocation, task, output);
            }
            error
        });
        let Started { init_pidfd, task_pidfd, cgroup, notes, output, .. } = started?;
        let identities = Identities {
            init,
            // One that has already ended needs no identity: its record tells.
            main: Identity::of(task_pidfd.as_fd()).ok(),
            cgroup: Some(cgroup.clone()),
            pipes: output.as_ref().and_then(inodes),
        };
        let running = Running {
            init: init_pidfd,
            main: Some(task_pidfd),
            cgroup: Some(cgroup),
            oom_killed: false,
            main_is_awaited: init::is_pid_one(task),
            output,
            identities,
            is_child: true,
        };
        Ok((Self { state: State::Running(running), exit_record: self.exit_record }, notes))
    }

    /// Sets the limits of a task that runs. One that is being started has the old ones until it is started again.
    pub(super) fn limit(&self, resources: &Resources) -> Result<(), String> {
        let State::Running(Running { cgroup: Some(cgroup), .. }) = &self.state else { return Ok(()) };
        cgroup.set(&init::limits(resources)).map(drop).map_err(|error| with_causes(&error))
    }

    /// Sends a signal to the main process. One that has ended gets none.
    pub(super) fn signal(&self, signal: Signal) -> io::Result<()> {
        let State::Running(Running { main: Some(main), .. }) = &self.state else { return Ok(()) };
        match pidfd_send_signal(main, signal) {
            Ok(()) | Err(Errno::SRCH) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Sends SIGKILL to all of it; init writes down the end.
    pub(super) fn kill(&self) -> Result<(), String> {
        let State::Running(running) = &self.state else { return Ok(()) };
        let killed = running.cgroup.as_ref().map_or(Ok(()), Cgroup::kill).map_err(|error| with_causes(&error));
        // Init kills what the cgroup does not hold, and whatever the cgroup could not kill.
        let told = pidfd_send_signal(&running.init, Signal::TERM);
        match (killed, told) {
            (Err(error), Err(errno)) if errno != Errno::SRCH => Err(error),
            _ => Ok(()),
        }
    }

    /// Kills init as well, as the last resort, and waits for nothing.
    pub(super) fn abandon(self) {
        if let State::Running(running) = &self.state {
            let _ = pidfd_send_signal(&running.init, Signal::KILL);
        }
    }

    /// Clears away a run whose init has ended. `inits` are those of other tasks.
    pub(super) fn collect(self, allocation: &AllocationDirectory, task: &Task, inits: &BTreeSet<u32>) -> Ended {
        let mut troubles = Vec::new();
        let State::Running(running) = self.state else {
            let exit = TaskExit { code: None, signal: 0, oom_killed: false };
            return Ended { exit, time: Timestamp::now(), troubles };
        };
        if running.is_child {
            // Only frees its entry: how the task ended stands in the record.
            let _ = rustix::io::retry_on_intr(|| waitid(WaitId::PidFd(running.init.as_fd()), WaitIdOptions::EXITED));
        }
        let record = ExitRecord::read(self.exit_record.as_fd()).unwrap_or_else(|error| {
            troubles.push(format!("its exit record cannot be read: {error}"));
            None
        });
        let mut oom_killed = running.oom_killed;
        if let Some(cgroup) = &running.cgroup {
            oom_killed |= cgroup.oom_kills().is_some_and(|kills| kills > 0);
            if let Err(error) = cgroup.remove() {
                troubles.push(with_causes(&error));
            }
        }
        if record.is_none() {
            let main = running.identities.main.as_ref();
            let remains = Remains { allocation: allocation.id(), task: &task.name, main, inits: Some(inits) };
            troubles.extend(remains.end().err());
        }
        if let (None, Some(output)) = (record, running.output)
            && let Err(error) = save_output(allocation, task, output)
        {
            troubles.push(with_causes(&error));
        }
        let time = record.and_then(|record| Timestamp::from_nanosecond(i128::from(record.time)).ok());
        let exit = TaskExit {
            code: record.map(|record| record.exit_code),
            signal: record.map_or(0, |record| record.signal),
            oom_killed,
        };
        Ended { exit, time: time.unwrap_or_else(Timestamp::now), troubles }
    }
}

/// Ends a run that another supervisor was killed over while it began: nobody holds its main process.
///
/// # Errors
/// What is in the way, for people.
pub fn clear_away(allocation: &AllocationDirectory, status: &TaskStatus) -> Result<(), String> {
    let init = status.init.as_ref().map(Identity::find).transpose().map_err(|error| error.to_string())?.flatten();
    if let Some(init) = init {
        let _ = pidfd_send_signal(&init, Signal::TERM);
        if !ends_within(&init, PATIENCE) {
            let _ = pidfd_send_signal(&init, Signal::KILL);
            if !ends_within(&init, PATIENCE) {
                return Err("its init is still there after SIGKILL".to_owned());
            }
        }
    }
    let cgroup = match &status.cgroup {
        Some(cgroup) => cgroup.clone(),
        // It died before it could write down where.
        None => Cgroup::find(&cgroup_name(allocation, &status.name)),
    };
    let removed = cgroup.remove().map_err(|error| with_causes(&error));
    let main = status.process.as_ref();
    removed.and(Remains { allocation: allocation.id(), task: &status.name, main, inits: None }.end())
}

/// Whether a process ends within that many seconds.
fn ends_within(process: &OwnedFd, seconds: u64) -> bool {
    let deadline = Instant::now() + Duration::from_secs(seconds);
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let timeout = Timespec::try_from(left).ok();
        match poll(&mut [PollFd::new(process, PollFlags::IN)], timeout.as_ref()) {
            Err(Errno::INTR) => {}
            Ok(ready) => return ready > 0,
            Err(_) => return false,
        }
    }
}

/// How the last run of a task ended, as its init wrote down; `None` where it did not.
pub fn recorded_exit(allocation: &AllocationDirectory, task: &str) -> Option<TaskExit> {
    let directory = directories::open_task(allocation, task).ok()?;
    let file = open(&directory, EXIT, OFlags::RDONLY).ok()?;
    let record = ExitRecord::read(file.as_fd()).ok()??;
    Some(TaskExit { code: Some(record.exit_code), signal: record.signal, oom_killed: false })
}

/// The name of a task's cgroup: nothing else on the host has it.
pub(super) fn cgroup_name(allocation: &AllocationDirectory, task: &str) -> String {
    format!("jobctl-{}-{}", allocation.id(), encode(task))
}

/// The files of a run.
struct Files {
    exit_record: OwnedFd,
    read_exit_record: File,
    log_lock: OwnedFd,
}

impl Files {
    fn make(allocation: &AllocationDirectory, task: &str) -> io::Result<Self> {
        let directory = directories::open_task(allocation, task)?;
        match unlinkat(&directory, EXIT, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(errno) => return Err(errno.into()),
        }
        Ok(Self {
            exit_record: open(&directory, EXIT, OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL)?,
            read_exit_record: open(&directory, EXIT, OFlags::RDONLY)?.into(),
            log_lock: open(&directory, LOG_LOCK, OFlags::RDWR | OFlags::CREATE)?,
        })
    }
}

fn open(directory: &File, name: &str, flags: OFlags) -> io::Result<OwnedFd> {
    Ok(openat(directory, name, flags | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::RUSR | Mode::WUSR)?)
}

/// A descriptor that is readable at once: a pipe without a writer.
fn ended() -> io::Result<OwnedFd> {
    Ok(rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?.0)
}

/// Moves what is left in the pipes of a task whose init was killed.
fn save_output(allocation: &AllocationDirectory, task: &Task, output: [OwnedFd; 2]) -> Result<(), logs::Error> {
    let lock = directories::open_task(allocation, &task.name)
        .and_then(|directory| open(&directory, LOG_LOCK, OFlags::RDWR | OFlags::CREATE))
        .map_err(logs::Error::Lock)?;
    let lock = Lock::take(lock)?;
    let limits = logs::Limits { max_files: task.logs.max_files, max_file_size: task.logs.max_file_size };
    for (source, stream) in output.into_iter().zip(Stream::ALL) {
        let Ok(Some(directory)) = allocation.logs() else { continue };
        Pump::start(&lock, source, directory, &encode(&task.name), stream, limits)?.drain(REST)?;
    }
    Ok(())
}
