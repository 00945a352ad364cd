//! Starting a task: called by the supervisor.

use std::cell::OnceCell;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{Gid, Uid};
use rustix::process::Pid;

use super::launch::{Given, Pipe};
use super::limits::{devices, limits};
use super::{Descriptors, Failure, Launch};
use crate::linux::cgroup::{Cgroup, CgroupError, Created, Hierarchies, Limits, Note};
use crate::linux::id_map;
use crate::linux::process::{Identity, pid_of};
use crate::plan::{self, NamespaceMode, Task};
use crate::role::{self, Child, Outcome, Role, Spawn, SpawnError};
use crate::sys::Namespaces;

/// A task that runs.
///
/// What the supervisor can do with it:
/// * `init_pidfd` is readable when the run is over: output drained, record written. It is our child: `waitid` it.
/// * Signals for the main process go to `task_pidfd`.
/// * SIGTERM to init: it kills everything in the task, records, ends. SIGKILL to init does the same to a private pid
///   namespace, without a record. [`Cgroup::kill`] reaches every process of the task, but not init, in all cases.
/// * `cgroup` is asked for `oom_kills()` when init has ended, then `remove()`d.
#[derive(Debug)]
pub struct Started {
    /// init.
    pub init_pid: Pid,
    /// init.
    pub init_pidfd: OwnedFd,
    /// The main process, as we see it; `None` if it has ended and was reaped already.
    pub task_pid: Option<Pid>,
    /// The main process.
    pub task_pidfd: OwnedFd,
    /// Where the task's processes are; init is not in it, so it neither counts against the limits nor dies of them.
    pub cgroup: Cgroup,
    /// Default limits this host cannot enforce.
    pub notes: Vec<Note>,
    /// Second read ends of the task's stdout and stderr: what is left in them should init be killed. Never read them while
    /// init lives. `None` where the task's logs are disabled.
    pub output: Option<[OwnedFd; 2]>,
}

/// A task that is being started. Dropped unfinished, it is killed with its cgroup.
#[derive(Debug)]
pub struct Starting {
    address: String,
    child: Child,
    cgroup: MadeCgroup,
    notes: Vec<Note>,
    output: Option<[OwnedFd; 2]>,
}

/// A cgroup that is removed again unless the start succeeds.
#[derive(Debug)]
struct MadeCgroup(Option<Cgroup>);

impl Drop for MadeCgroup {
    fn drop(&mut self) {
        let _ = self.0.as_ref().map(Cgroup::remove);
    }
}

/// Why a task did not start. Nothing of it is left.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its cgroup.
    #[error("cannot make the cgroup of {address}")]
    Cgroup {
        /// The task's address.
        address: String,
        /// Why.
        source: CgroupError,
    },
    /// A step of init's.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// init could not be started.
    #[error("cannot start init for {address}")]
    Init {
        /// The task's address.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// init ended without a word.
    #[error("init of {address} was killed before the task began")]
    Died {
        /// The task's address.
        address: String,
    },
}

/// [`bear`], [`Newborn::instruct`], [`Instructed::begin`] and [`Starting::finish`].
///
/// # Errors
/// As those.
pub fn start(launch: &Launch, descriptors: Descriptors) -> Result<Started, StartError> {
    let hierarchies = Hierarchies::detect().map_err(|error| refused(&launch.task, error))?;
    let instructed = bear(&launch.task)?.instruct(launch.clone())?;
    instructed.begin(descriptors, &hierarchies)?.finish().map_err(|(error, _)| error)
}

/// init in its namespaces: it loads while the rest of what the task needs is made. Dropped, it ends.
#[derive(Debug)]
pub struct Newborn {
    process: role::Newborn,
    identity: OnceCell<Option<Identity>>,
}

/// init that knows its task, and makes the task's world. It goes no further by itself. Dropped, it ends.
#[derive(Debug)]
pub struct Instructed {
    newborn: Newborn,
    launch: Launch,
}

/// Starts init in the task's namespaces; [`Newborn::instruct`] tells it which task it has.
///
/// # Errors
/// It cannot be made.
pub fn bear(task: &Task) -> Result<Newborn, StartError> {
    let namespaces = task.isolation.as_ref().map(|isolation| &isolation.namespaces);
    let newborn = Newborn::new(&task.name, namespaces).map_err(|error| refused(task, io::Error::other(error)))?;
    newborn.of_user(task)
}

impl Newborn {
    /// Starts init in such namespaces, none of its own if `None`. Where it has a user namespace it has no ids before [`Self::of_user`].
    ///
    /// # Errors
    /// It cannot be made.
    pub fn new(name: &str, namespaces: Option<&plan::Namespaces>) -> Result<Self, SpawnError> {
        let namespaces = namespaces.map(of_plan).unwrap_or_default();
        let process = Spawn { namespaces, session: true, ..Spawn::of(Role::Init, name) }.bear()?;
        Ok(Self { process, identity: OnceCell::new() })
    }

    /// Gives it the ids of a task's user, where it has a user namespace for them.
    ///
    /// # Errors
    /// They cannot be mapped.
    pub fn of_user(self, task: &Task) -> Result<Self, StartError> {
        let user = task.isolation.as_ref().is_some_and(|isolation| isolation.namespaces.user);
        if let Some(born) = self.process.born().filter(|_| user) {
            id_map::write(born.pid, task.user.uid, task.user.gid).map_err(|error| refused(task, error))?;
        }
        Ok(self)
    }

    /// Who it is, to be written down before it starts anything: whoever takes over can wait for its end. `None` if it has ended.
    /// Asked for as late as may be: the kernel answers only when its executable is loaded.
    pub fn identity(&self) -> Option<&Identity> {
        self.identity
            .get_or_init(|| self.process.born().and_then(|born| Identity::of(born.pidfd.as_fd()).ok()))
            .as_ref()
    }

    /// Lets it go on loading on another processor than ours, where nothing else runs.
    pub fn stand_aside(&self) {
        self.process.stand_aside();
    }

    /// Tells it which task it has.
    ///
    /// # Errors
    /// There is no memory for that.
    pub fn instruct(mut self, launch: Launch) -> Result<Instructed, StartError> {
        match self.process.instruct(&launch) {
            Ok(()) => Ok(Instructed { newborn: self, launch }),
            Err(error) => Err(refused(&launch.task, io::Error::other(error))),
        }
    }
}

impl Instructed {
    /// As [`Newborn::identity`].
    pub fn identity(&self) -> Option<&Identity> {
        self.newborn.identity()
    }

    /// The task, complete.
    pub fn task(&self) -> &Task {
        &self.launch.task
    }

    /// Makes the task's cgroup and pipes while init makes its world, and lets it go on; [`Starting::finish`] waits until the task's
    /// program runs.
    ///
    /// # Errors
    /// The cgroup or a pipe cannot be made.
    pub fn begin(self, descriptors: Descriptors, hierarchies: &Hierarchies) -> Result<Starting, StartError> {
        let Self { newborn, launch } = self;
        let task = &launch.task;
        let address = task.address.clone();
        let created =
            Cgroup::create(hierarchies, &launch.cgroup, &Limits { devices: devices(task), ..limits(&task.resources) });
        let cgroup_error = |source| StartError::Cgroup { address: address.clone(), source };
        let Created { cgroup, entry, notes } = created.map_err(cgroup_error)?;
        let killer = if is_pid_one(task) { Ok(None) } else { cgroup.killer() };
        let cgroup = MadeCgroup(Some(cgroup));
        let killer = killer.map_err(cgroup_error)?;
        let refused = |source| refused(task, source);
        let output = if task.logs.disabled { None } else { Some(pipes(task).map_err(refused)?) };
        let insurance =
            output.as_ref().map(|[stdout, stderr]| Ok([stdout.reader.try_clone()?, stderr.reader.try_clone()?]));
        let insurance = insurance.transpose().map_err(refused)?;
        let given = Given { descriptors, output, entry, killer };
        let (manifest, descriptors) = given.pack();
        let child = newborn.process.give(&manifest, &descriptors);
        let child = child.map_err(|error| refused(io::Error::other(error)))?;
        Ok(Starting { address, child, cgroup, notes, output: insurance })
    }
}

fn refused(task: &Task, source: io::Error) -> StartError {
    StartError::Init { address: task.address.clone(), source }
}

impl Starting {
    /// The process that makes the task's world.
    pub fn init(&self) -> BorrowedFd<'_> {
        self.child.pidfd.as_fd()
    }

    /// Readable when [`Self::finish`] would not wait.
    pub fn report(&self) -> BorrowedFd<'_> {
        self.child.report.as_fd()
    }

    /// Gives up what the task brings along, if that is still being put in place; a task that runs already runs on.
    pub fn give_up(&self) {
        let _ = rustix::process::pidfd_send_signal(&self.child.pidfd, rustix::process::Signal::USR1);
    }

    /// Waits until the task's program was executed.
    ///
    /// # Errors
    /// A step failed; it is named. The read ends of [`Started::output`] come with it: init may have been killed over a task that already ran.
    pub fn finish(self) -> Result<Started, (StartError, Option<[OwnedFd; 2]>)> {
        let address = self.address.clone();
        let ready = match self.child.outcome() {
            Ok(Outcome::Ready(descriptors)) => descriptors.into_iter().next().ok_or(StartError::Died { address }),
            Ok(Outcome::Failed(failure)) => Err(StartError::Failed(failure)),
            Ok(Outcome::Died) => Err(StartError::Died { address }),
            Err(source) => Err(StartError::Init { address, source }),
        };
        let Self { child, mut cgroup, notes, output, .. } = self;
        let task_pidfd = match ready {
            Ok(task_pidfd) => task_pidfd,
            Err(error) => {
                child.end();
                return Err((error, output));
            }
        };
        Ok(Started {
            init_pid: child.pid,
            init_pidfd: child.pidfd,
            task_pid: pid_of(task_pidfd.as_fd()).ok().and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?)),
            task_pidfd,
            cgroup: cgroup.0.take().unwrap_or_default(),
            notes,
            output,
        })
    }
}

/// Whether init is pid 1 of the task's processes, and needs no cgroup to reach them.
pub fn is_pid_one(task: &Task) -> bool {
    task.isolation.as_ref().is_some_and(|isolation| isolation.namespaces.pid == NamespaceMode::Private)
}

/// A network namespace of its own is joined, not made.
fn of_plan(wanted: &plan::Namespaces) -> Namespaces {
    let private = |mode| mode == NamespaceMode::Private;
    Namespaces {
        mount: true,
        uts: true,
        pid: private(wanted.pid),
        ipc: private(wanted.ipc),
        user: wanted.user,
        network: false,
        cgroup: false,
    }
}

/// The pipe size that root asks for. Beyond a limit for all pipes of a user (/proc/sys/fs/pipe-user-pages-soft) others would get tiny ones.
const PIPE_SIZE: usize = 1024 * 1024;
/// The same for ordinary users: slower, and as exact.
const USERS_PIPE_SIZE: usize = 256 * 1024;

/// stdout and stderr, each belonging to the task's user, so that it can open /dev/stdout again. An ordinary user's tasks are itself.
fn pipes(task: &Task) -> io::Result<[Pipe; 2]> {
    let pipe = || -> io::Result<Pipe> {
        let (reader, writer) = io::pipe()?;
        let root = rustix::process::geteuid().is_root();
        // Best effort (pipe(7)).
        let _ = rustix::pipe::fcntl_setpipe_size(&writer, if root { PIPE_SIZE } else { USERS_PIPE_SIZE });
        if root {
            let (uid, gid) = (Uid::from_raw(task.user.uid), Gid::from_raw(task.user.gid));
            rustix::fs::fchown(&writer, Some(uid), Some(gid))?;
        }
        Ok(Pipe { reader: reader.into(), writer: writer.into() })
    };
    Ok([pipe()?, pipe()?])
}
