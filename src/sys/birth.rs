//! A new process: born in its namespaces and cgroup, prepared by steps, then executing a program.
//!
//! vfork(2)'s manner: the child shares our memory and we stand still until it executes or ends, so a large parent starts a child as
//! fast as a small one, and the child's error comes back without a pipe.

use std::ffi::{CStr, CString, c_char};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

use rustix::process::Pid;

use super::call::{Errno, call, descriptor};
use super::clone::{clone_sharing, number_of};
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
#[derive(Clone, Copy, Debug)]
pub enum Program<'a> {
    /// An open file (execveat(2) with `AT_EMPTY_PATH`). A script needs a path.
    Descriptor(BorrowedFd<'a>),
    /// A path, looked up by the child after its steps.
    Path(&'a CStr),
}

/// A process to be born. It begins with all signals at their default and none blocked.
#[derive(Clone, Copy, Debug)]
pub struct Birth<'a> {
    /// Its new namespaces.
    pub namespaces: Namespaces,
    /// Its cgroup; ours if none.
    pub entry: Option<&'a Entry>,
    /// What it does first.
    pub steps: &'a [Step],
    /// What it executes.
    pub program: Program<'a>,
    /// All arguments, the name first.
    pub arguments: &'a [CString],
    /// Its whole environment, `NAME=value`.
    pub environment: &'a [CString],
}

/// A process that executes its program.
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

/// What the child works with: all of it prepared, nothing to be allocated.
struct Context<'a> {
    /// `cgroup.procs` of a v2 cgroup, where the clone could not place it.
    unified: Option<&'a OwnedFd>,
    birth: &'a Birth<'a>,
    arguments: Vec<*const c_char>,
    environment: Vec<*const c_char>,
    /// How far it came: an index into the steps, or one of the two constants below.
    stage: AtomicUsize,
    /// Why it came no farther; 0 while there is nothing to say.
    errno: AtomicI32,
}

const ENTRY: usize = usize::MAX;
const EXECUTE: usize = usize::MAX - 1;

impl Birth<'_> {
    /// Makes the process; returns when it executes its program, or could not.
    ///
    /// # Errors
    /// As [`BirthError`] says.
    pub fn perform(&self) -> Result<Born, BirthError> {
        let unified = self.entry.and_then(|entry| entry.unified.as_ref());
        match self.attempt(unified, None) {
            // Before 5.7 the kernel knows no CLONE_INTO_CGROUP (EINVAL, E2BIG for the longer structure; ENOSYS before 5.3):
            // then the child moves itself.
            Err(BirthError::Clone(error))
                if unified.is_some()
                    && matches!(error.raw_os_error(), Some(libc::EINVAL | libc::E2BIG | libc::ENOSYS)) =>
            {
                self.attempt(None, unified)
            }
            other => other,
        }
    }

    fn attempt(&self, born_in: Option<&OwnedFd>, moves_to: Option<&OwnedFd>) -> Result<Born, BirthError> {
        let context = Context {
            unified: moves_to,
            birth: self,
            arguments: pointers(self.arguments),
            environment: pointers(self.environment),
            stage: AtomicUsize::new(ENTRY),
            errno: AtomicI32::new(0),
        };
        let blocked = AllSignalsBlocked::now();
        let flags = self.namespaces.flags();
        // SAFETY: `child` makes system calls only and never returns; the context outlives it, for we stand still until it has
        // executed or ended; all signals are blocked.
        let cloned = unsafe { clone_sharing(flags, born_in.map(number_of), child, &raw const context) };
        drop(blocked);
        let (pid, pidfd) = cloned.map_err(|errno| BirthError::Clone(errno.into()))?;
        let errno = context.errno.load(Ordering::Acquire);
        if errno == 0 {
            return Ok(Born { pid, pidfd });
        }
        let wait = rustix::process::WaitIdOptions::EXITED;
        let _ =
            rustix::io::retry_on_intr(|| rustix::process::waitid(rustix::process::WaitId::PidFd(pidfd.as_fd()), wait));
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

fn pointers(strings: &[CString]) -> Vec<*const c_char> {
    strings.iter().map(|string| string.as_ptr()).chain([std::ptr::null()]).collect()
}

/// The child's whole life before its program.
unsafe extern "C" fn child(context: *const Context<'_>) -> ! {
    // SAFETY: the parent keeps it valid and stands still.
    let context = unsafe { &*context };
    // SAFETY: this is the process the steps are meant for.
    let Errno(errno) = unsafe { context.live() };
    context.errno.store(errno, Ordering::Release);
    loop {
        // SAFETY: ends this process only. exit_group(2) runs nothing of ours.
        let _ = unsafe { call(libc::SYS_exit_group, [127, 0, 0, 0, 0]) };
    }
}

impl Context<'_> {
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
            join_unified(directory.as_raw_fd())?;
        }
        for file in self.birth.entry.into_iter().flat_map(|entry| &entry.tasks) {
            write_zero(file.as_raw_fd())?;
        }
        for (index, step) in self.birth.steps.iter().enumerate() {
            self.stage.store(index, Ordering::Release);
            // SAFETY: we are the child, about to execute.
            unsafe { step.perform() }?;
        }
        self.stage.store(EXECUTE, Ordering::Release);
        default_signals()
    }

    fn execute(&self) -> Errno {
        let (argv, envp) = (self.arguments.as_ptr() as usize, self.environment.as_ptr() as usize);
        let (directory, path, flags) = match self.birth.program {
            Program::Descriptor(file) => (file.as_raw_fd(), c"".as_ptr(), libc::AT_EMPTY_PATH as usize),
            Program::Path(path) => (libc::AT_FDCWD, path.as_ptr(), 0),
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

    fn birth<'a>(steps: &'a [Step], arguments: &'a [CString]) -> Birth<'a> {
        let namespaces = Namespaces::default();
        Birth { namespaces, entry: None, steps, program: Program::Path(c"/bin/sh"), arguments, environment: &[] }
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
        let born = Birth { environment: &environment, ..birth(&steps, &arguments) }.perform().unwrap();
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
        let absent = Birth { program: Program::Path(c"/nowhere"), ..birth(&[], &arguments) };
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
}
