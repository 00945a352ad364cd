//! From a fresh process to a running task: the world, then the task as our child.

use std::ffi::CString;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::path::Path;

use rustix::fs::{Mode, OFlags};

use super::failure::{Failure, NOT_EXECUTABLE, NOT_FOUND, SETUP, said};
use super::launch::Launch;
use super::lookup;
use crate::linux::process_stat::ProcessStat;
use crate::linux::{capability, id_map, kernel_file, probe};
use crate::plan::Task;
use crate::sandbox::{self, IdentityStep, Means, Method, Origin, Performer};
use crate::sys::{Birth, BirthError, Born, Entry, Namespaces, Program, Step};

/// Makes the task's world around this process.
///
/// # Errors
/// The step that failed.
pub(super) fn make_world(launch: &Launch) -> Result<(), Failure> {
    let means = means(launch);
    let mut performer = Performer::new(means.method);
    for setup in sandbox::lower(&launch.task, &launch.directories, means) {
        performer.perform(&setup.op).map_err(|error| Failure::setup(&setup.address, setup.what, &error))?;
    }
    Ok(())
}

/// What the kernel lets us do. Without `CAP_MKNOD`, and in a user namespace in spite of it, no device node can be made.
fn means(launch: &Launch) -> Means {
    let newest = || if probe::has_mount_setattr() { Method::Descriptors } else { Method::Paths };
    let user = launch.task.isolation.as_ref().is_some_and(|isolation| isolation.namespaces.user);
    let method = launch.method.unwrap_or_else(newest);
    let device_nodes = capability::is_available("CAP_MKNOD") && !user;
    Means { method, device_nodes, terminal_group: !user || id_map::has_group(sandbox::TERMINAL_GROUP) }
}

/// A program of a task's, about to be started in the world around us as our child.
#[derive(Debug)]
pub(super) struct Start<'a> {
    /// What, as whom, with which limits and environment.
    pub(super) task: &'a Task,
    /// The task's directory as this process sees it; means something only where the task has no root of its own.
    pub(super) directory: &'a Path,
    /// The way into its cgroup.
    pub(super) entry: &'a Entry,
    /// Its descriptors with their numbers.
    pub(super) descriptors: Vec<(BorrowedFd<'a>, u32)>,
    /// Whether its standard input becomes its controlling terminal.
    pub(super) terminal: bool,
    /// What its process begins with.
    pub(super) origin: Origin,
    /// Whether a command of the task's own is made executable where it is not. Only before anything of the task runs: later the
    /// task could have put another file there.
    pub(super) repair: bool,
}

impl Start<'_> {
    /// Starts it.
    ///
    /// # Errors
    /// The command is not there, or a step failed.
    pub(super) fn perform(&self) -> Result<Born, Failure> {
        let task = self.task;
        let path = lookup::find(task, self.directory, self.repair)?;
        let identity = sandbox::identity(task, &self.origin)
            .map_err(|unknown| Failure::new(&task.address, "identity of the task", unknown, SETUP))?;
        let moved = moved(&self.descriptors)
            .map_err(|error| Failure::setup(&task.address, "descriptors of the task", &error))?;
        // What is not the task's is closed before its working directory is looked for, which a task may have made a link to
        // /proc/self/fd (CVE-2024-21626).
        let mut steps = places(&moved);
        let placed = steps.len();
        steps.extend(identity.iter().map(|named| named.step.clone()));
        // Killed, we can end it no more, and only a pid namespace would end it with us.
        steps.push(Step::DieWithParent { parent: std::process::id() });
        if self.terminal {
            steps.push(Step::ControllingTerminal(0));
        }
        let birth = Birth {
            namespaces: Namespaces::default(),
            entry: Some(self.entry),
            steps,
            program: Program::Path(path.clone()),
            arguments: arguments(task, &path)?,
            environment: environment(task)?,
        };
        birth.perform().map_err(|error| explained(task, &Named { placed, identity: &identity }, &path, error))
    }
}

/// The task's own /dev/null, or the machine's where the task has that.
pub(super) fn null(task: &Task) -> Result<OwnedFd, Failure> {
    rustix::fs::open("/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty())
        .map_err(|errno| Failure::setup(&task.address, "standard input /dev/null", &errno.into()))
}

/// Our own, which the task is born with: never what the caller of jobctl had. Lowering it takes `CAP_SYS_RESOURCE`; where that is
/// not to be had, zero stays what it was.
///
/// # Errors
/// The kernel refuses another value.
pub(super) fn adjust_oom_score(task: &Task) -> Result<(), Failure> {
    let path = "/proc/self/oom_score_adj";
    let wanted = task.oom_score_adj.to_string();
    let present = kernel_file::read_text(path).unwrap_or_default();
    if present.trim() == wanted {
        return Ok(());
    }
    match std::fs::write(path, &wanted) {
        Err(error) if task.oom_score_adj != 0 => {
            Err(Failure::setup(&task.address, format!("oom_score_adj {wanted}"), &error))
        }
        _ => Ok(()),
    }
}

/// The descriptors the task will have, moved above all their numbers so that none covers another, each with its number.
fn moved(wanted: &[(BorrowedFd<'_>, u32)]) -> io::Result<Vec<(OwnedFd, RawFd)>> {
    let numbers = wanted.iter().map(|(_, number)| RawFd::try_from(*number).map_err(io::Error::other));
    let numbers = numbers.collect::<io::Result<Vec<_>>>()?;
    let above = numbers.iter().max().map_or(0, |most| most.saturating_add(1));
    let copy = |((from, _), number): (&(BorrowedFd<'_>, u32), RawFd)| {
        Ok((rustix::io::fcntl_dupfd_cloexec(from, above)?, number))
    };
    wanted.iter().zip(numbers).map(copy).collect()
}

/// Puts each descriptor at its number and closes all others.
fn places(moved: &[(OwnedFd, RawFd)]) -> Vec<Step> {
    let mut steps: Vec<Step> =
        moved.iter().map(|(from, to)| Step::Descriptor { from: from.as_raw_fd(), to: *to }).collect();
    let mut taken: Vec<u32> = moved.iter().map(|(_, number)| number.unsigned_abs()).collect();
    taken.sort_unstable();
    taken.dedup();
    let mut next = 0;
    for number in taken {
        if next < number {
            steps.push(Step::Close { first: next, last: number - 1 });
        }
        next = number + 1;
    }
    steps.push(Step::Close { first: next, last: u32::MAX });
    steps
}

/// Argument 0 is the command as the author wrote it.
fn arguments(task: &Task, path: &CString) -> Result<Vec<CString>, Failure> {
    let name = CString::new(task.command.command.as_str()).unwrap_or_else(|_| path.clone());
    let rest = task.command.args.iter().map(|argument| c_string(task, "argument", argument));
    [Ok(name)].into_iter().chain(rest).collect()
}

fn environment(task: &Task) -> Result<Vec<CString>, Failure> {
    task.env.iter().map(|(name, value)| c_string(task, "environment variable", &format!("{name}={value}"))).collect()
}

fn c_string(task: &Task, kind: &str, text: &str) -> Result<CString, Failure> {
    CString::new(text).map_err(|_| Failure::new(&task.address, kind, format!("{text:?} has a NUL byte in it"), SETUP))
}

/// What the steps of a start are, by their index.
struct Named<'a> {
    /// So many come first, about descriptors.
    placed: usize,
    identity: &'a [IdentityStep],
}

impl Named<'_> {
    fn what(&self, index: usize) -> &str {
        match index.checked_sub(self.placed) {
            None => "descriptors of the task",
            Some(index) => match index.checked_sub(self.identity.len()) {
                None => &self.identity[index].what,
                Some(0) => "signal at the end of its parent",
                Some(_) => "controlling terminal",
            },
        }
    }
}

/// The scheduling policy of this process, which the task's has from it, if that is a realtime one (proc(5), field 41 of /proc/PID/stat;
/// sched(7)). A kernel that divides realtime among cgroups gives new ones none.
fn realtime_policy() -> Option<&'static str> {
    match i32::try_from(ProcessStat::read(std::process::id()).ok()?.field(41)?).ok()? {
        libc::SCHED_FIFO => Some("SCHED_FIFO"),
        libc::SCHED_RR => Some("SCHED_RR"),
        libc::SCHED_DEADLINE => Some("SCHED_DEADLINE"),
        _ => None,
    }
}

fn explained(task: &Task, steps: &Named<'_>, path: &CString, error: BirthError) -> Failure {
    let command = format!("command {:?}", task.command.command);
    let address = format!("{}.command", task.address);
    match error {
        BirthError::Clone(error) => Failure::setup(&task.address, "new process for the task", &error),
        BirthError::Entry(error) => match realtime_policy().filter(|_| error.raw_os_error() == Some(libc::EINVAL)) {
            Some(policy) => {
                let reason = format!(
                    "{}: no process with a realtime policy comes in, and this jobctl was started with {policy}; start it as \
                     `chrt --other 0 jobctl …`",
                    said(&error)
                );
                Failure::new(&task.address, "cgroup of the task", reason, SETUP)
            }
            None => Failure::setup(&task.address, "cgroup of the task", &error),
        },
        BirthError::Step { index, source } => Failure::setup(&task.address, steps.what(index), &source),
        // The file was there a moment ago: what is not there is what it names in its first line or its ELF header.
        BirthError::Execute(error) if error.kind() == io::ErrorKind::NotFound => {
            let reason = format!("{} is there, but the interpreter or loader it names is not", path.to_string_lossy());
            Failure::new(&address, command, reason, NOT_FOUND)
        }
        BirthError::Execute(error) => {
            let hint = match error.raw_os_error() {
                Some(libc::ENOEXEC) => ": no program, and no script with a #! line",
                Some(libc::EACCES) => ": the task's user may not execute it, or its mount is noexec",
                _ => "",
            };
            let reason = format!("cannot execute {}: {}{hint}", path.to_string_lossy(), said(&error));
            Failure::new(&address, command, reason, NOT_EXECUTABLE)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_descriptors_but_those_wanted_are_closed() {
        let file = || OwnedFd::from(std::fs::File::open("/dev/null").unwrap());
        let moved = [(file(), 0), (file(), 1), (file(), 2), (file(), 3), (file(), 7)];
        let closed: Vec<_> = places(&moved)
            .into_iter()
            .filter_map(|step| match step {
                Step::Close { first, last } => Some((first, last)),
                _ => None,
            })
            .collect();
        assert_eq!(closed, [(4, 6), (8, u32::MAX)]);
    }

    #[test]
    fn what_is_not_executable_is_explained() {
        let task = crate::plan::samples::group("api", &["server"]).tasks.remove(0);
        let explain = |errno| {
            let error = BirthError::Execute(io::Error::from_raw_os_error(errno));
            explained(&task, &Named { placed: 0, identity: &[] }, &CString::new("/bin/server").unwrap(), error)
        };
        let codes = [libc::ENOENT, libc::EACCES, libc::ENOEXEC].map(|errno| explain(errno).exit_code);
        assert_eq!(codes, [127, 126, 126]);
        assert_eq!(
            explain(libc::ENOENT).to_string(),
            "command \"/bin/server\": /bin/server is there, but the interpreter or loader it names is not"
        );
    }
}
