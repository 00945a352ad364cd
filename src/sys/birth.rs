//! A new process: born in its namespaces and cgroup, prepared by steps, then executing a program.
//!
//! As with vfork(2) the child shares our memory until it executes or ends, so a large parent starts a child as fast as a small one, and
//! the child's error comes back without a pipe; but nobody has to stand still meanwhile.

use std::ffi::{CString, c_char};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

use rustix::process::Pid;

use super::call::{Errno, call, descriptor};
use super::clone::Sharing;
use super::{Entry, Step};

/// Which namespaces are new (namespaces(7)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "these are the kernel's flags, each on or off by itself")]
pub struct Namespaces {
    /// `CLONE_NEWNS`
    pub mount: bool,
    /// `CLONE_NEWPID`: the child is its pid 1.
    pub pid: bool,
    /// `CLONE_NEWIPC`
    pub ipc: bool,
    /// `CLONE_NEWUTS`
    pub uts: bool,
    /// `CLONE_NEWNET`
    pub network: bool,
    /// `CLONE_NEWUSER`
    pub user: bool,
    /// `CLONE_NEWCGROUP`
    pub cgroup: bool,
}

/// What the child executes.
#[derive(Clone, Debug)]
pub enum Program<'a> {
    /// An open file (execveat(2) with `AT_EMPTY_PATH`). A script needs a path.
    Descriptor(BorrowedFd<'a>),
    /// A path, looked up by the child after its steps.
    Path(CString),
}

/// A process to be born. It begins with all signals at their default and none blocked.
#[derive(Clone, Debug)]
pub struct Birth<'a> {
    /// Its new namespaces.
    pub namespaces: Namespaces,
    /// Its cgroup; ours if none.
    pub entry: Option<&'a Entry>,
    /// What it does first.
    pub steps: Vec<Step>,
    /// What it executes.
    pub program: Program<'a>,
    /// All arguments, the name first.
    pub arguments: Vec<CString>,
    /// Its whole environment, `NAME=value`.
    pub environment: Vec<CString>,
}

/// A process that prepares itself, in our memory. Dropped, it goes on, and is waited for until it executes.
#[derive(Debug)]
pub struct Underway {
    born: Born,
    sharing: Sharing<Context>,
}

/// A process and its number.
#[derive(Debug)]
pub struct Born {
    /// Its number, as we see it.
    pub pid: Pid,
    /// It itself.
    pub pidfd: OwnedFd,
}

/// Where a birth failed. Nothing of the child is left.
#[derive(Debug, thiserror::Error)]
pub enum BirthError {
    /// The kernel made no process.
    #[error("cannot make a process")]
    Clone(#[source] io::Error),
    /// It could not join its cgroup.
    #[error("cannot join the cgroup")]
    Entry(#[source] io::Error),
    /// One of the steps.
    #[error("step {index} failed")]
    Step {
        /// Which.
        index: usize,
        /// Why.
        source: io::Error,
    },
    /// The program could not be executed.
    #[error("cannot execute")]
    Execute(#[source] io::Error),
}

/// What the child works with: all of it prepared, nothing to be allocated. Descriptors are in its own table.
#[derive(Debug)]
struct Context {
    /// A v2 cgroup that it joins itself, where the clone could not place it there.
    unified: Option<RawFd>,
    /// The `tasks` files of v1 cgroups.
    tasks: Vec<RawFd>,
    steps: Vec<Step>,
    program: Executable,
    arguments: Strings,
    environment: Strings,
    /// How far it came: an index into the steps, or one of the two constants below.
    stage: AtomicUsize,
    /// Why it came no farther; 0 while there is nothing to say.
    errno: AtomicI32,
}

#[derive(Debug)]
enum Executable {
    Descriptor(RawFd),
    Path(CString),
}

/// A list of strings as execve(2) takes it.
#[derive(Debug)]
struct Strings {
    _strings: Vec<CString>,
    pointers: Vec<*const c_char>,
}

impl Strings {
    fn new(strings: Vec<CString>) -> Self {
        let pointers = strings.iter().map(|string| string.as_ptr()).chain([std::ptr::null()]).collect();
        Self { _strings: strings, pointers }
    }
}

const ENTRY: usize = usize::MAX;
const EXECUTE: usize = usize::MAX - 1;

impl Birth<'_> {
    /// Makes the process; returns when it executes its program, or could not.
    ///
    /// # Errors
    /// As [`BirthError`] says.
    pub fn perform(self) -> Result<Born, BirthError> {
        self.begin()?.finish()
    }

    /// Makes the process, and does not wait until it executes its program.
    ///
    /// # Errors
    /// The kernel made none ([`BirthError::Clone`]).
    pub fn begin(self) -> Result<Underway, BirthError> {
        let flags = self.namespaces.flags();
        let unified = self.entry.and_then(|entry| entry.unified.as_ref()).map(AsRawFd::as_raw_fd);
        let context = Context {
            unified: None,
            tasks: self.entry.into_iter().flat_map(|entry| &entry.tasks).map(AsRawFd::as_raw_fd).collect(),
            steps: self.steps,
            program: match self.program {
                Program::Descriptor(file) => Executable::Descriptor(file.as_raw_fd()),
                Program::Path(path) => Executable::Path(path),
            },
            arguments: Strings::new(self.arguments),
            environment: Strings::new(self.environment),
            stage: AtomicUsize::new(ENTRY),
            errno: AtomicI32::new(0),
        };
        let mut sharing = Sharing::new(context);
        let cloned = match attempt(&mut sharing, flags, unified) {
            // Before 5.7 the kernel knows no CLONE_INTO_CGROUP (EINVAL, E2BIG for the longer structure; ENOSYS before 5.3):
            // then the child moves itself.
            Err(Errno(libc::EINVAL | libc::E2BIG | libc::ENOSYS)) if unified.is_some() => {
                sharing.context().unified = unified;
                attempt(&mut sharing, flags, None)
            }
            other => other,
        };
        match cloned {
            Ok((pid, pidfd)) => Ok(Underway { born: Born { pid, pidfd }, sharing }),
            Err(errno) => Err(BirthError::Clone(errno.into())),
        }
    }
}

fn attempt(sharing: &mut Sharing<Context>, flags: u64, born_in: Option<RawFd>) -> Result<(Pid, OwnedFd), Errno> {
    let _blocked = AllSignalsBlocked::now();
    // SAFETY: `child` makes system calls only, by registers, and never returns; it writes to two atomics of the context; all signals are
    // blocked, and it opens them last, when none has a handler.
    unsafe { sharing.begin(flags, born_in, child) }
}

impl Underway {
    /// The process.
    pub fn born(&self) -> &Born {
        &self.born
    }

    /// Waits until it executes its program, or was killed before.
    ///
    /// # Errors
    /// It could not, as [`BirthError`] says.
    pub fn finish(self) -> Result<Born, BirthError> {
        let Self { born, sharing } = self;
        let context = sharing.wait();
        let errno = context.errno.load(Ordering::Acquire);
        if errno == 0 {
            return Ok(born);
        }
        let id = || rustix::process::WaitId::PidFd(born.pidfd.as_fd());
        let wait = rustix::process::WaitIdOptions::EXITED;
        let _ = rustix::io::retry_on_intr(|| rustix::process::waitid(id(), wait));
        let source = io::Error::from_raw_os_error(errno);
        Err(match context.stage.load(Ordering::Acquire) {
            ENTRY => BirthError::Entry(source),
            EXECUTE => BirthError::Execute(source),
            index => BirthError::Step { index, source },
        })
    }
}

impl Namespaces {
    /// The `CLONE_NEW*` bits (linux/sched.h).
    fn flags(self) -> u64 {
        let flags = [
            (self.mount, 0x2_0000),
            (self.cgroup, 0x200_0000),
            (self.uts, 0x400_0000),
            (self.ipc, 0x800_0000),
            (self.user, 0x1000_0000),
            (self.pid, 0x2000_0000),
            (self.network, 0x4000_0000),
        ];
        flags.into_iter().filter(|(wanted, _)| *wanted).fold(0, |all, (_, flag)| all | flag)
    }
}

/// The child's whole life before its program.
unsafe extern "C" fn child(context: *const Context) -> ! {
    // SAFETY: the parent keeps it valid until we are out of its memory.
    let context = unsafe { &*context };
    // SAFETY: this is the process the steps are meant for.
    let Errno(errno) = unsafe { context.live() };
    context.errno.store(errno, Ordering::Release);
    loop {
        // SAFETY: ends this process only. exit_group(2) runs nothing of ours.
        let _ = unsafe { call(libc::SYS_exit_group, [127, 0, 0, 0, 0]) };
    }
}

impl Context {
    /// Returns only if something failed.
    ///
    /// # Safety
    /// Only in the child.
    unsafe fn live(&self) -> Errno {
        match self.prepare() {
            Ok(()) => self.execute(),
            Err(errno) => errno,
        }
    }

    fn prepare(&self) -> Result<(), Errno> {
        if let Some(directory) = self.unified {
            join_unified(directory)?;
        }
        for file in &self.tasks {
            write_zero(*file)?;
        }
        for (index, step) in self.steps.iter().enumerate() {
            self.stage.store(index, Ordering::Release);
            // SAFETY: we are the child, about to execute.
            unsafe { step.perform() }?;
        }
        self.stage.store(EXECUTE, Ordering::Release);
        default_signals()
    }

    fn execute(&self) -> Errno {
        let (argv, envp) = (self.arguments.pointers.as_ptr() as usize, self.environment.pointers.as_ptr() as usize);
        let (directory, path, flags) = match &self.program {
            Executable::Descriptor(file) => (*file, c"".as_ptr(), libc::AT_EMPTY_PATH as usize),
            Executable::Path(path) => (libc::AT_FDCWD, path.as_ptr(), 0),
        };
        // SAFETY: strings that end in NUL, lists that end in null.
        match unsafe { call(libc::SYS_execveat, [descriptor(directory), path as usize, argv, envp, flags]) } {
            Ok(_) => Errno(libc::EIO),
            Err(errno) => errno,
        }
    }
}

/// "0" means the writer itself; in `tasks`, its one thread.
fn write_zero(file: i32) -> Result<(), Errno> {
    // SAFETY: a constant buffer of this length.
    unsafe { call(libc::SYS_write, [descriptor(file), c"0".as_ptr() as usize, 1, 0, 0]) }.map(|_| ())
}

fn join_unified(directory: i32) -> Result<(), Errno> {
    let flags = (libc::O_WRONLY | libc::O_CLOEXEC) as usize;
    let path = c"cgroup.procs".as_ptr() as usize;
    // SAFETY: a constant path; the descriptor is new and closed by exec.
    let file = unsafe { call(libc::SYS_openat, [descriptor(directory), path, flags, 0, 0]) }?;
    write_zero(i32::try_from(file).map_err(|_| Errno(libc::EBADF))?)
}

/// Every signal at its default, none blocked: handlers are reset by exec, what is ignored is not.
pub(super) fn default_signals() -> Result<(), Errno> {
    // The kernel's own sigaction, all zero: SIG_DFL, no flags, empty mask; 32 bytes at most.
    let default = [0u64; 4];
    for signal in 1..=64usize {
        // SAFETY: valid for reading; nothing is written back. EINVAL for SIGKILL and SIGSTOP.
        let _ = unsafe { call(libc::SYS_rt_sigaction, [signal, default.as_ptr() as usize, 0, 8, 0]) };
    }
    let none = 0u64;
    let set = (&raw const none) as usize;
    // SAFETY: as above.
    unsafe { call(libc::SYS_rt_sigprocmask, [libc::SIG_SETMASK as usize, set, 0, 8, 0]) }.map(|_| ())
}

/// All signals of this thread blocked while it lives.
struct AllSignalsBlocked(u64);

impl AllSignalsBlocked {
    fn now() -> Self {
        let (all, mut before) = (u64::MAX, 0u64);
        let (new, old) = ((&raw const all) as usize, (&raw mut before) as usize);
        // SAFETY: two masks of the kernel's size. Cannot fail with these arguments.
        let _ = unsafe { call(libc::SYS_rt_sigprocmask, [libc::SIG_SETMASK as usize, new, old, 8, 0]) };
        Self(before)
    }
}

impl Drop for AllSignalsBlocked {
    fn drop(&mut self) {
        let mask = (&raw const self.0) as usize;
        // SAFETY: as above.
        let _ = unsafe { call(libc::SYS_rt_sigprocmask, [libc::SIG_SETMASK as usize, mask, 0, 8, 0]) };
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Read;

    use rustix::process::{WaitId, WaitIdOptions, waitid};

    use super::*;

    fn birth(steps: &[Step], arguments: &[CString]) -> Birth<'static> {
        Birth {
            namespaces: Namespaces::default(),
            entry: None,
            steps: steps.to_vec(),
            program: Program::Path(c"/bin/sh".into()),
            arguments: arguments.to_vec(),
            environment: Vec::new(),
        }
    }

    fn shell(script: &str) -> [CString; 3] {
        ["sh", "-c", script].map(|text| CString::new(text).unwrap())
    }

    fn exit_code(born: &Born) -> i32 {
        let status = waitid(WaitId::PidFd(born.pidfd.as_fd()), WaitIdOptions::EXITED).unwrap().unwrap();
        status.exit_status().unwrap()
    }

    #[test]
    fn a_process_is_born_and_executes() {
        let arguments = shell("exit 7");
        let born = birth(&[], &arguments).perform().unwrap();
        assert_eq!(exit_code(&born), 7);
    }

    #[test]
    fn steps_are_performed_in_order_and_the_environment_is_only_what_is_given() {
        let (mut reader, writer) = io::pipe().unwrap();
        let steps = [
            Step::Descriptor { from: writer.as_raw_fd(), to: 1 },
            Step::Close { first: 3, last: u32::MAX },
            Step::Umask(0o27),
            Step::Directory(c"/usr".into()),
            Step::Limit { resource: rustix::process::Resource::Nofile as u32, soft: 64, hard: 65 },
            Step::Session,
        ];
        let arguments = shell("umask; pwd; ulimit -Sn; ulimit -Hn; echo $A-$HOME; exec ls /proc/self/fd");
        let environment = [c"A=b".into()];
        let born = Birth { environment: environment.to_vec(), ..birth(&steps, &arguments) }.perform().unwrap();
        drop(writer);
        let mut output = String::new();
        reader.read_to_string(&mut output).unwrap();
        assert_eq!(output, "0027\n/usr\n64\n65\nb-\n0\n1\n2\n3\n", "3 is the listing itself");
        assert_eq!(exit_code(&born), 0);
    }

    #[test]
    fn the_step_that_fails_is_named() {
        let steps = [Step::Umask(0), Step::Directory(c"/nowhere/at/all".into())];
        let arguments = shell("exit 0");
        match birth(&steps, &arguments).perform() {
            Err(BirthError::Step { index: 1, source }) => assert_eq!(source.kind(), io::ErrorKind::NotFound),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_said_and_nothing_is_left() {
        let arguments = shell("");
        let absent = Birth { program: Program::Path(c"/nowhere".into()), ..birth(&[], &arguments) };
        assert!(matches!(absent.perform(), Err(BirthError::Execute(error)) if error.kind() == io::ErrorKind::NotFound));
    }

    #[test]
    fn a_program_is_executed_by_descriptor() {
        let shell_file = File::open("/bin/sh").unwrap();
        let arguments = shell("exit 3");
        let born = Birth { program: Program::Descriptor(shell_file.as_fd()), ..birth(&[], &arguments) };
        assert_eq!(exit_code(&born.perform().unwrap()), 3);
    }

    #[test]
    fn ignored_signals_are_at_their_default_in_the_child_and_ours_stay() {
        let arguments = shell("exec grep -E 'Sig(Ign|Blk)' /proc/self/status");
        let (mut reader, writer) = io::pipe().unwrap();
        let steps = [Step::Descriptor { from: writer.as_raw_fd(), to: 1 }];
        let born = birth(&steps, &arguments).perform().unwrap();
        drop(writer);
        let mut output = String::new();
        reader.read_to_string(&mut output).unwrap();
        assert_eq!(exit_code(&born), 0);
        assert!(output.lines().all(|line| line.ends_with("\t0000000000000000")), "{output}");
        let own = std::fs::read_to_string("/proc/thread-self/status").unwrap();
        assert!(own.contains("SigBlk:\t0000000000000000"), "no signal stays blocked here");
    }

    /// One that prepares itself until somebody reads `fifo` in the directory.
    fn standing_still() -> (Underway, tempfile::TempDir) {
        let directory = tempfile::tempdir().unwrap();
        let fifo = directory.path().join("fifo");
        nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
        let path = CString::new(fifo.to_str().unwrap()).unwrap();
        let steps = [Step::Write { path, text: c"ready".into() }];
        (birth(&steps, &shell("exit 5")).begin().unwrap(), directory)
    }

    #[test]
    fn its_parent_goes_on_while_it_prepares_itself() {
        let (underway, directory) = standing_still();
        let fifo = directory.path().join("fifo");
        assert_eq!(std::fs::read_to_string(&fifo).unwrap(), "ready");
        assert_eq!(exit_code(&underway.finish().unwrap()), 5);
    }

    #[test]
    fn one_that_is_killed_while_it_prepares_itself_leaves_our_memory() {
        let (underway, _directory) = standing_still();
        rustix::process::pidfd_send_signal(&underway.born().pidfd, rustix::process::Signal::KILL).unwrap();
        let born = underway.finish().unwrap();
        let status = waitid(WaitId::PidFd(born.pidfd.as_fd()), WaitIdOptions::EXITED).unwrap().unwrap();
        assert_eq!(status.terminating_signal(), Some(9));
    }
}
