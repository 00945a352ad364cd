//! This process as a whole: how it was started and how it leaves.

use std::os::fd::IntoRawFd;

use rustix::process::Pid;

use super::call::call;

/// Whether the kernel raised our privileges when we were executed (set-user-id, file capabilities): `AT_SECURE` of getauxval(3).
pub fn raised_privileges() -> bool {
    // SAFETY: reads a word the kernel left for us.
    unsafe { libc::getauxval(libc::AT_SECURE) != 0 }
}

/// Whether no other thread of this machine runs or is about to at this moment, but perhaps this child of ours, as far as anybody says
/// (proc(5), the fourth field of /proc/loadavg, and the third of /proc/PID/stat).
pub fn is_alone(child: Option<Pid>) -> bool {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let load = read("/proc/loadavg");
    let running = load.split(' ').nth(3).and_then(|both| both.split_once('/')).map(|(running, _)| running);
    let runs = |child: Pid| {
        let stat = read(&format!("/proc/{}/stat", child.as_raw_nonzero()));
        stat.rsplit_once(')').is_some_and(|(_, rest)| rest.starts_with(" R"))
    };
    running == Some("1") || running == Some("2") && child.is_some_and(runs)
}

/// A write to a pipe nobody reads is an error, not our end. Rust's own start-up does this before `main`; a role that runs before `main`
/// does it itself.
pub fn ignore_broken_pipes() {
    // SAFETY: SIG_IGN runs no code of ours.
    let _ = unsafe { libc::signal(libc::SIGPIPE, libc::SIG_IGN) };
}

/// Ends this process at once: no destructors, no exit handlers of a program we are part of.
pub fn leave(code: i32) -> ! {
    loop {
        // SAFETY: ends this process.
        let _ = unsafe { call(libc::SYS_exit_group, [super::call::descriptor(code), 0, 0, 0, 0]) };
    }
}

/// What Rust's start-up does for a program before its `main`, and is needed by one that begins earlier: standard streams that are closed
/// lead nowhere, so that no file gets their numbers, and broken pipes are errors.
pub fn make_ready() {
    for number in 0..3 {
        // SAFETY: only asks about the number.
        let closed = unsafe { call(libc::SYS_fcntl, [number, libc::F_GETFD as usize, 0, 0, 0]) }.is_err();
        if closed && let Ok(null) = rustix::fs::open(c"/dev/null", rustix::fs::OFlags::RDWR, 0.into()) {
            // The lowest number that is free, which is this one.
            let _ = null.into_raw_fd();
        }
    }
    ignore_broken_pipes();
}

/// Calls a function of no arguments when a program is loaded, before its `main`. With `jobctl::run_if_child` it has every role of jobctl run
/// in a program that links the library: for test binaries, whose `main` is not theirs. Programs that have their own call it there instead.
#[macro_export]
macro_rules! run_at_load {
    ($function:path) => {
        #[used]
        #[unsafe(link_section = ".init_array")]
        static JOBCTL_AT_LOAD: extern "C" fn() = {
            extern "C" fn run() {
                $function();
            }
            run
        };
    };
}
