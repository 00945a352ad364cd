//! The life of an init process, from its first instruction to its last.

use std::os::fd::{AsFd, OwnedFd};

use rustix::process::DumpableBehavior;
use rustix::thread::{CapabilitySet, CapabilitySets};

use super::failure::{Failure, SETUP};
use super::launch::{Descriptors, Given, Item, Launch, VERSION};
use super::prepare::{self, Interruptions};
use super::task::{self, Start};
use super::watch::{Moving, Reach, Watch, listen};
use crate::logs::{self, Limits, Lock, Pump, Stream};
use crate::plan::NamespaceMode;
use crate::role::{self, Beginning, Report};
use crate::sandbox::Origin;
use crate::state::encode;
use crate::sys::{self, Born};

/// Runs init; the exit code of its process.
pub fn run() -> i32 {
    rustix::process::umask(rustix::fs::Mode::empty());
    let Ok((mut launch, report)) = role::begin().and_then(Beginning::instructions::<Launch>) else { return SETUP };
    let adjusted = task::adjust_oom_score(&launch.task);
    // Before anything of the task runs: nobody who comes into our namespaces may look at us or through us (CVE-2016-9962). Not before the
    // instructions and the score: what is not dumpable has its files in /proc from root, and the supervisor writes our id maps there.
    let _ = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable);
    let _ = rustix::thread::set_name(c"jobctl-init");
    let begun = adjusted.and_then(|()| Running::begin(&mut launch, &report));
    let (running, task) = match begun {
        Ok(begun) => begun,
        Err(failure) => {
            let _ = report.failed(&failure);
            return failure.exit_code;
        }
    };
    // If nobody waits for the answer any more, nobody would ever know of this task: it ends with us.
    let unheard = report.ready(&[task.as_fd()]).is_err();
    drop((launch, task));
    sys::release_unused();
    running.finish(unheard)
}

/// A task that runs, and all that is still needed.
struct Running {
    watch: Watch,
    exit_record: OwnedFd,
    _lock: Option<Lock>,
    /// What the lock was taken on: to close any descriptor of that file would release it (fcntl(2)).
    _lock_file: OwnedFd,
}

impl Running {
    fn begin(launch: &mut Launch, report: &Report) -> Result<(Self, OwnedFd), Failure> {
        let address = &launch.task.address;
        if launch.version != VERSION {
            let reason = format!("launch document of version {}, this jobctl reads {VERSION}", launch.version);
            return Err(Failure::new(address, "init", reason, SETUP));
        }
        // So that what a task leaves behind comes to us also without a pid namespace.
        let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
        let signals = listen().map_err(|error| Failure::setup(address, "signals of init", &error))?;
        let network =
            prepare::network(&launch.task).map_err(|error| Failure::setup(address, "network of the host", &error))?;
        // The supervisor makes the cgroup, the files and the pipes meanwhile.
        task::make_world(launch)?;
        let taken = report.take::<Vec<Item>>();
        let (manifest, descriptors) =
            taken.map_err(|error| Failure::setup(address, "what the task is given", &error))?;
        let Some(mut given) = Given::unpack(manifest, descriptors) else {
            return Err(Failure::new(address, "what the task is given", "something is missing", SETUP));
        };
        let output = Output::open(launch, &mut given)?;
        let lifeline = given.descriptors.lifeline.as_ref();
        let interruptions = Interruptions { signals: &signals, lifeline, report: report.socket() };
        prepare::prepare(launch, network.as_ref(), &interruptions)?;
        let born = Self::start(launch, &given)?;
        rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
        let reach = Self::reach(launch, &mut given);
        give_up_privileges();
        let (lifeline, bell) = (given.descriptors.lifeline.take(), given.descriptors.bell.take());
        let watch = Watch { main: born.pid, signals, lifeline, bell, pumps: output.pumps, reach };
        // The rest of what was given is closed here: the write ends of the pipes above all, or there would never be an end of output.
        let Descriptors { exit_record, log_lock, .. } = given.descriptors;
        Ok((Self { watch, exit_record, _lock: output.lock, _lock_file: log_lock }, born.pidfd))
    }

    fn start(launch: &Launch, given: &Given) -> Result<Born, Failure> {
        let null = task::null(&launch.task)?;
        let [stdout, stderr] = match &given.output {
            Some([stdout, stderr]) => [stdout.writer.as_fd(), stderr.writer.as_fd()],
            None => [null.as_fd(); 2],
        };
        let mut descriptors = vec![(null.as_fd(), 0), (stdout, 1), (stderr, 2)];
        descriptors.extend(given.descriptors.passed.iter().map(|(number, passed)| (passed.as_fd(), *number)));
        let directory = &launch.directories.task;
        let (origin, entry) = (Origin::here(), &given.entry);
        Start { task: &launch.task, directory, entry, descriptors, terminal: false, origin, repair: true }.perform()
    }

    fn reach(launch: &Launch, given: &mut Given) -> Reach {
        let isolation = launch.task.isolation.as_ref();
        let private = isolation.is_some_and(|isolation| isolation.namespaces.pid == NamespaceMode::Private);
        match given.killer.take() {
            _ if private => Reach::Namespace,
            Some(killer) => Reach::Cgroup(killer),
            None => Reach::Children,
        }
    }

    fn finish(self, at_once: bool) -> i32 {
        let Some(record) = self.watch.run(at_once) else { return SETUP };
        // An exit nobody can read about is not worth dying for differently.
        let _ = record.write(self.exit_record.as_fd());
        0
    }
}

/// The pumps of a task's output, and the right to run them.
struct Output {
    lock: Option<Lock>,
    pumps: Vec<Moving>,
}

impl Output {
    fn open(launch: &Launch, given: &mut Given) -> Result<Self, Failure> {
        let address = &launch.task.address;
        let Some(pipes) = &mut given.output else { return Ok(Self { lock: None, pumps: Vec::new() }) };
        let trouble = |error: logs::Error| Failure::new(address, "log files", chain(&error), SETUP);
        let again = |error: std::io::Error| Failure::setup(address, "log files", &error);
        let lock = Lock::take(given.descriptors.log_lock.try_clone().map_err(again)?).map_err(trouble)?;
        let settings = &launch.task.logs;
        let limits = Limits { max_files: settings.max_files.max(1), max_file_size: settings.max_file_size.max(1) };
        let mut pumps = Vec::new();
        for (pipe, stream) in pipes.iter_mut().zip(Stream::ALL) {
            let reader = pipe.reader.try_clone().map_err(again)?;
            let directory = given.descriptors.logs.try_clone().map_err(again)?;
            let pump =
                Pump::start(&lock, reader, directory, &encode(&launch.task.name), stream, limits).map_err(trouble)?;
            pumps.push(Moving::new(pump));
        }
        Ok(Self { lock: Some(lock), pumps })
    }
}

/// An error and its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    std::iter::once(error.to_string()).chain(causes.map(ToString::to_string)).collect::<Vec<_>>().join(": ")
}

/// From here on init only moves output, kills and reaps: of all capabilities that takes one.
pub(super) fn give_up_privileges() {
    let kill = CapabilitySet::KILL;
    let Ok(present) = rustix::thread::capabilities(None) else { return };
    let sets = CapabilitySets {
        effective: present.effective & kill,
        permitted: present.permitted & kill,
        inheritable: CapabilitySet::empty(),
    };
    let _ = rustix::thread::set_capabilities(None, sets);
    let _ = rustix::thread::set_no_new_privs(true);
}
