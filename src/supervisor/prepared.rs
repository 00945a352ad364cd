//! What a supervisor does for a new allocation before it is decided that there will be one: nothing that is seen, or outlives its process.

use std::collections::VecDeque;
use std::io;
use std::os::fd::AsFd;

use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

use super::assignment::{Assignment, Portion};
use super::begin::BeginError;
use super::control::Server;
use super::inits::Inits;
use super::instructions::{Expected, Instructions};
use super::lifeline::Link;
use super::record::{Record, Times};
use super::supervision::Supervision;
use super::{Action, AllocationMachine, Input, Moment, directories, remains};
use crate::linux::cgroup::{self, CgroupError, Hierarchies, Unit};
use crate::linux::process::Identity;
use crate::plan::Group;
use crate::state::{AllocationDirectory, Draft, Journal, Launch, Ownership, Store};

/// An allocation that only has to be shown.
pub(super) struct Prepared {
    pub(super) expected: Expected,
    pub(super) course: Course,
    pub(super) draft: Draft,
    pub(super) ownership: Ownership,
}

/// How an allocation begins.
pub(super) struct Course {
    pub(super) machine: AllocationMachine,
    /// What comes first.
    pub(super) actions: Vec<Action>,
    /// Of the tasks that come first. They load meanwhile.
    pub(super) inits: Inits,
    /// Whether it has left the session that the command is in; an error where it should have.
    pub(super) left: Result<bool, CgroupError>,
}

/// All that a supervisor holds of its allocation, and what it knows of itself: `None` where /proc does not tell.
pub(super) struct Seat {
    ownership: Ownership,
    journal: Journal,
    control: Server,
    signals: SignalFd,
    identity: Option<Identity>,
    hierarchies: Option<Hierarchies>,
}

impl Prepared {
    pub(super) fn new(instructions: &Instructions, expected: Expected, inits: Inits) -> Result<Self, BeginError> {
        let course = Course::new(&expected.portion, expected.session.as_deref(), inits);
        let draft = open(instructions)?.draft(&instructions.allocation)?;
        let allocation = draft.allocation()?;
        let ownership = allocation.take_ownership()?;
        make_directories(&allocation, &expected.portion.group)?;
        Ok(Self { expected, course, draft, ownership })
    }

    pub(super) fn is_for(&self, launch: &Launch) -> bool {
        let Portion { digest, group, .. } = &self.expected.portion;
        (digest, &group.name) == (&launch.digest, &launch.group) && self.expected.session == session(launch, false)
    }
}

impl Course {
    pub(super) fn new(portion: &Portion, session: Option<&str>, mut inits: Inits) -> Self {
        // Before the inits, which are to outlive the session as well.
        let left = leave(session);
        if matches!(left, Ok(true)) {
            inits = Inits::default();
        }
        let mut machine = AllocationMachine::new(&portion.group, portion.job.kind, Moment::now());
        let actions = machine.handle(Moment::now(), Input::Tick);
        inits.bear(&portion.group, &actions);
        Self { machine, actions, inits, left }
    }
}

impl Seat {
    /// For one who owns the allocation.
    pub(super) fn take(allocation: &AllocationDirectory, ownership: Ownership) -> Result<Self, BeginError> {
        let io = |what| move |source| BeginError::Io { what, source };
        remains::take_in().map_err(io("take in what is left by inits"))?;
        Ok(Self {
            ownership,
            journal: allocation.journal()?,
            control: Server::bind(allocation).map_err(io("listen for commands"))?,
            signals: signals().map_err(io("wait for signals"))?,
            identity: Identity::of_this_process().ok(),
            hierarchies: Hierarchies::detect().ok(),
        })
    }

    /// All that there is of an allocation, before anything of it has begun.
    pub(super) fn supervision(
        self,
        assignment: Assignment,
        link: Option<Link>,
        machine: AllocationMachine,
        inits: Inits,
    ) -> Supervision {
        let tasks = assignment.portion.group.tasks.len();
        let times = vec![Times::default(); tasks];
        Supervision {
            executions: (0..tasks).map(|_| None).collect(),
            record: Record::new(self.journal, times, assignment.launch.detached, self.identity),
            assignment,
            machine,
            inits,
            hierarchies: self.hierarchies,
            control: self.control,
            link,
            signals: self.signals,
            inputs: VecDeque::new(),
            finished: false,
            has_grown: true,
            _ownership: self.ownership,
        }
    }
}

pub(super) fn open(instructions: &Instructions) -> Result<Store, BeginError> {
    Store::open(&instructions.state)?.ok_or(BeginError::Missing("the state directory"))
}

pub(super) fn make_directories(allocation: &AllocationDirectory, group: &Group) -> Result<(), BeginError> {
    directories::create(allocation.directory().as_fd(), group)
        .map_err(|(path, source)| BeginError::Directory { path: path.display().to_string(), source })
}

/// Above which cgroup a detached job's supervisor goes to outlive the session it was started from, and its inits with it.
pub(super) fn session(launch: &Launch, adopt: bool) -> Option<String> {
    launch.detached.then(|| match launch.cgroup_parent.as_str() {
        "" if adopt => cgroup::detached_parent(Unit::Goes),
        parent => parent.to_owned(),
    })
}

/// Leaves the session for a cgroup above which that one is, if any; whether we were in one.
pub(super) fn leave(session: Option<&str>) -> Result<bool, CgroupError> {
    session.map_or(Ok(false), cgroup::leave_session)
}

/// SIGTERM, SIGINT and SIGHUP ask for a stop, from whoever sends them.
fn signals() -> io::Result<SignalFd> {
    let mut set = SigSet::empty();
    for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP] {
        set.add(signal);
    }
    set.thread_block()?;
    Ok(SignalFd::with_flags(&set, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?)
}
