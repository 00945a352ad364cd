//! One more program in a task that runs: found in the state directory, completed as the task was, started, and waited for.
//!
//! Reads files only and needs no supervisor. What is done with its input and output is its caller's business.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::process::Signal;

use super::directories;
use super::environment::{Start, open_values};
use crate::init::{Entered, Entrance, EntranceError, Size};
use crate::linux::cgroup::CgroupError;
use crate::linux::process::Identity;
use crate::plan::{Command, Driver, Task, User};
use crate::state::{self, AllocationStatus, Found, Store, TaskPhase, TaskStatus};

/// A program to be run in a task.
#[derive(Clone, Debug)]
pub struct Exec {
    /// What.
    pub program: Program,
    /// As whom; the task's user if none. Only root can name another.
    pub user: Option<User>,
    /// Variables over those of the task.
    pub environment: BTreeMap<String, String>,
    /// The directory it begins in, inside the task's root; `/` if none, or for `raw_exec` the task's own.
    pub work_dir: Option<String>,
    /// A terminal of this size as its standard input, output and error.
    pub terminal: Option<Size>,
}

/// What is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// A command and its arguments, looked up as the task's own is.
    Command(String, Vec<String>),
    /// An action of the task's.
    Action(String),
}

/// Why it was not started.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// The state directory.
    #[error(transparent)]
    State(#[from] state::Error),
    /// Nobody could be entered.
    #[error("task {task:?} of {allocation} {}", phase.map_or("is not known".to_owned(), |phase| format!("does not run: it is {}", name(phase))))]
    NotRunning {
        /// `web.api[0]`
        allocation: String,
        /// Which.
        task: String,
        /// What it does; `None` where there is no such task.
        phase: Option<TaskPhase>,
    },
    /// It has no such action.
    #[error("task {task:?} has no action {action:?}{}", known(.has))]
    NoAction {
        /// Which task.
        task: String,
        /// Which action.
        action: String,
        /// Those it has.
        has: Vec<String>,
    },
    /// The plan it was started by.
    #[error("the plan of {0} is not there any more")]
    NoPlan(String),
    /// Its cgroup.
    #[error("cannot enter the cgroup of the task")]
    Cgroup(#[from] CgroupError),
    /// A pipe or a process.
    #[error("cannot {what}")]
    Io {
        /// `make pipes`
        what: &'static str,
        /// Why.
        source: io::Error,
    },
    /// The start.
    #[error(transparent)]
    Entrance(#[from] EntranceError),
}

impl ExecError {
    /// 127: the command is not there; 126: it cannot be executed; 125: all else.
    pub fn exit_code(&self) -> i32 {
        match self {
            Self::Entrance(EntranceError::Failed(failure)) => failure.exit_code,
            _ => 125,
        }
    }
}

/// A program that runs in a task. Dropped, it is killed.
#[derive(Debug)]
pub struct Execution {
    entered: Entered,
    /// Whoever holds it waits for the program.
    lifeline: io::PipeWriter,
    /// Its streams, unless it has a terminal.
    pub streams: Option<Streams>,
}

/// The other ends of a program's streams.
#[derive(Debug)]
pub struct Streams {
    /// Its standard input.
    pub input: OwnedFd,
    /// Its standard output.
    pub output: OwnedFd,
    /// Its standard error.
    pub errors: OwnedFd,
}

impl Exec {
    /// A program as the task's user, with the task's environment and nothing else.
    pub fn of(program: Program) -> Self {
        Self { program, user: None, environment: BTreeMap::new(), work_dir: None, terminal: None }
    }

    /// Starts it in a task of an allocation; returns when the program is executed.
    ///
    /// # Errors
    /// [`ExecError`]; nothing runs then.
    pub fn start(&self, store: &Store, found: &Found, task: &str) -> Result<Execution, ExecError> {
        let not_running =
            |phase| ExecError::NotRunning { allocation: found.launch.name(), task: task.to_owned(), phase };
        let status = found.status.as_ref().ok_or_else(|| not_running(None))?;
        let written = status.tasks.iter().find(|written| written.name == task).ok_or_else(|| not_running(None))?;
        let io = |what| move |source| ExecError::Io { what, source };
        let held = |identity: &Option<Identity>| identity.as_ref().map(Identity::find).transpose().map(Option::flatten);
        let find = io("find the processes of the task");
        let (init, main) = (held(&written.init).map_err(find)?, held(&written.process).map_err(find)?);
        let (Some(init), Some(_main), TaskPhase::Running) = (init, main, written.phase) else {
            return Err(not_running(Some(if written.phase == TaskPhase::Running {
                TaskPhase::Dead
            } else {
                written.phase
            })));
        };
        let path = store.allocation_path(&found.launch.id);
        let task = self.complete(store, found, status, written, &path)?;
        let entry = written.cgroup.as_ref().map(crate::linux::cgroup::Cgroup::entry).transpose()?.unwrap_or_default();
        let (streams, theirs) = pipes(&task.user).map_err(io("make pipes"))?;
        let (lifeline, held) = io::pipe().map_err(io("make pipes"))?;
        let entrance = Entrance {
            task: &task,
            directory: &directories::of_task(&path, &task.name).task,
            anchor: init.as_fd(),
            entry: &entry,
            lifeline: lifeline.as_fd(),
            streams: theirs.each_ref().map(AsFd::as_fd),
            terminal: self.terminal,
        };
        let entered = entrance.start()?;
        Ok(Execution { entered, lifeline: held, streams: self.terminal.is_none().then_some(streams) })
    }

    /// The task as it was started, with this program in place of its own.
    fn complete(
        &self,
        store: &Store,
        found: &Found,
        status: &AllocationStatus,
        written: &TaskStatus,
        path: &Path,
    ) -> Result<Task, ExecError> {
        let no_plan = || ExecError::NoPlan(found.launch.name());
        let plan = store.plan(&status.digest)?.ok_or_else(no_plan)?;
        let group = plan.groups.iter().find(|group| group.name == found.launch.group).ok_or_else(no_plan)?;
        let planned = group.tasks.iter().find(|task| task.name == written.name).ok_or_else(no_plan)?;
        let directories = directories::of_task(path, &planned.name);
        let hostname = rustix::system::uname().nodename().to_string_lossy().into_owned();
        let start = Start {
            launch: &found.launch,
            job: &plan.job,
            directories: &directories,
            sensitive: &BTreeMap::new(),
            hostname: &hostname,
        };
        let mut task = start.complete(planned);
        if let Some(process) = &written.process {
            add_unplanned(&mut task, process);
        }
        if let Some(user) = &self.user {
            become_user(&mut task, user);
        }
        task.env.extend(self.environment.clone());
        let usual = match task.driver {
            Driver::Exec => "/".to_owned(),
            Driver::RawExec => task.command.work_dir.clone(),
        };
        let (command, args) = match &self.program {
            Program::Command(command, arguments) => (command.clone(), arguments.clone()),
            Program::Action(name) => {
                let action = task.actions.remove(name).ok_or_else(|| ExecError::NoAction {
                    task: task.name.clone(),
                    action: name.clone(),
                    has: task.actions.keys().cloned().collect(),
                })?;
                (action.command, action.args)
            }
        };
        task.command = Command { command, args, work_dir: self.work_dir.clone().unwrap_or(usual) };
        Ok(task)
    }
}

impl Execution {
    /// Readable when the program has ended.
    pub fn ended(&self) -> BorrowedFd<'_> {
        self.entered.ended()
    }

    /// The other end of its terminal, if it has one, to be held by the caller alone.
    pub(super) fn take_terminal(&mut self) -> Option<OwnedFd> {
        self.entered.terminal.take()
    }

    /// The other end of its terminal, if it has one.
    pub fn terminal(&self) -> Option<BorrowedFd<'_>> {
        self.entered.terminal.as_ref().map(AsFd::as_fd)
    }

    /// Sends it a signal. A program that has ended gets none.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn signal(&self, signal: Signal) -> io::Result<()> {
        self.entered.signal(signal)
    }

    /// Kills it with its process group, and waits for its end.
    ///
    /// # Errors
    /// Those of waitid(2).
    pub fn kill(self) -> io::Result<Option<i32>> {
        drop(self.lifeline);
        self.entered.wait()
    }

    /// Waits for its end: its exit code, 128 + n where signal n ended it; `None` where nobody can know.
    ///
    /// # Errors
    /// Those of waitid(2).
    pub fn wait(self) -> io::Result<Option<i32>> {
        self.entered.wait()
    }
}

/// What no plan has: variables of templates, and sensitive values. The task itself has them.
fn add_unplanned(task: &mut Task, process: &Identity) {
    let templates = task.templates.iter().any(|template| template.env);
    let open: Vec<String> = open_values(task).map(str::to_owned).collect();
    if !templates && open.is_empty() {
        return;
    }
    let text = std::fs::read(format!("/proc/{}/environ", process.pid)).unwrap_or_default();
    // The number was its own before; it still is if it is now.
    let text = if process.is_running().unwrap_or(false) { text } else { Vec::new() };
    for variable in text.split(|byte| *byte == 0) {
        let variable = String::from_utf8_lossy(variable);
        let Some((name, value)) = variable.split_once('=') else { continue };
        if templates || open.iter().any(|open| open == name) {
            task.env.insert(name.to_owned(), value.to_owned());
        }
    }
    for name in open_values(task).map(str::to_owned).collect::<Vec<_>>() {
        task.env.remove(&name);
    }
}

/// Another user has what the plan gives to root or to anybody else (`plan::Capabilities`), and a home of its own.
fn become_user(task: &mut Task, user: &User) {
    let sets = &mut task.capabilities;
    let held = if user.uid == 0 { sets.bounding.clone() } else { sets.ambient.clone() };
    (sets.permitted, sets.effective) = (held.clone(), held);
    task.env.insert("HOME".to_owned(), user.home.clone());
    task.env.insert("USER".to_owned(), user.name.clone());
    task.user = user.clone();
}

/// Our ends and theirs, which belong to the program's user, so that it can open /dev/stdout again.
fn pipes(user: &User) -> io::Result<(Streams, [OwnedFd; 3])> {
    let ([in_reader, in_writer], [out_reader, out_writer], [err_reader, err_writer]) = (pipe()?, pipe()?, pipe()?);
    let theirs = [in_reader, out_writer, err_writer];
    if rustix::process::geteuid().is_root() {
        let (uid, gid) = (rustix::fs::Uid::from_raw(user.uid), rustix::fs::Gid::from_raw(user.gid));
        for end in &theirs {
            rustix::fs::fchown(end, Some(uid), Some(gid))?;
        }
    }
    Ok((Streams { input: in_writer, output: out_reader, errors: err_reader }, theirs))
}

fn pipe() -> io::Result<[OwnedFd; 2]> {
    let (reader, writer) = io::pipe()?;
    Ok([reader.into(), writer.into()])
}

fn known(actions: &[String]) -> String {
    if actions.is_empty() { String::new() } else { format!("; it has {}", actions.join(", ")) }
}

fn name(phase: TaskPhase) -> &'static str {
    match phase {
        TaskPhase::Pending => "waiting to be started",
        TaskPhase::Starting => "being started",
        TaskPhase::Running => "running",
        TaskPhase::Dead => "dead",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::samples;

    #[test]
    fn another_user_has_the_capabilities_of_its_kind() {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let mut task = samples::group("api", &["server"]).tasks.remove(0);
        task.capabilities.bounding = set(&["CAP_CHOWN", "CAP_KILL"]);
        task.capabilities.ambient = set(&["CAP_KILL"]);
        let user = |uid| User { name: "x".to_owned(), uid, gid: uid, groups: Vec::new(), home: "/x".to_owned() };
        become_user(&mut task, &user(0));
        assert_eq!(task.capabilities.permitted, set(&["CAP_CHOWN", "CAP_KILL"]));
        become_user(&mut task, &user(7));
        assert_eq!(task.capabilities.effective, set(&["CAP_KILL"]));
        assert_eq!((task.env["HOME"].as_str(), task.user.uid), ("/x", 7));
    }
}
