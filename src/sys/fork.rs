//! A copy of this process for one piece of work, with nothing open but what it is given.
//!
//! For processes of one thread, before anybody else's code runs in them: a role that needs another program is spawned, not forked.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

use rustix::process::{Pid, PidfdFlags, pidfd_open};

use super::birth::default_signals;
use super::step::close;
use super::{Born, Step, ignore_broken_pipes, leave};

/// Does `work` in a copy of this process, which ends with the code it returns. Of descriptors from 3 on the copy has only
/// `keep`; all signals are at their default and none is blocked.
///
/// # Errors
/// This process has several threads (`InvalidInput`), or the kernel makes no copy.
pub fn fork(keep: &[BorrowedFd<'_>], work: impl FnOnce() -> i32) -> io::Result<Born> {
    // Has no effect but EINVAL where the memory is shared with another thread (unshare(2)).
    // SAFETY: a flag and no pointers.
    if unsafe { libc::unshare(libc::CLONE_VM) } != 0 {
        return Err(io::Error::last_os_error());
    }
    let mut kept: Vec<u32> = keep.iter().map(|descriptor| descriptor.as_raw_fd().unsigned_abs()).collect();
    kept.sort_unstable();
    // SAFETY: the only thread, so that no lock of the allocator or of anything else is held in the copy for ever.
    let number = unsafe { libc::fork() };
    if number < 0 {
        return Err(io::Error::last_os_error());
    }
    if let Some(pid) = Pid::from_raw(number) {
        // Our child, and not reaped before we do so: the number is its own.
        return Ok(Born { pid, pidfd: pidfd_open(pid, PidfdFlags::empty())? });
    }
    let closed = close_all_but(&kept).and_then(|()| Ok(default_signals()?));
    ignore_broken_pipes();
    leave(if closed.is_ok() { work() } else { 127 })
}

/// Whoever owned these is in the process we were copied from; here nothing but `work` runs any more.
fn close_all_but(kept: &[u32]) -> io::Result<()> {
    let mut next = 3;
    for number in kept.iter().copied().filter(|number| *number >= 3) {
        if next < number {
            close(next, number - 1)?;
        }
        next = number + 1;
    }
    Ok(close(next, u32::MAX)?)
}

/// Performs steps on this process itself; with more than one thread they would be half done. Which failed, and why.
///
/// # Errors
/// The first step that the kernel refuses. Those about descriptors are for newborns (`InvalidInput`).
pub fn perform_here(steps: &[Step]) -> Result<(), (usize, io::Error)> {
    for (index, step) in steps.iter().enumerate() {
        if matches!(step, Step::Descriptor { .. } | Step::Close { .. }) {
            return Err((index, io::ErrorKind::InvalidInput.into()));
        }
        // SAFETY: no descriptor is touched.
        unsafe { step.perform() }.map_err(|errno| (index, errno.into()))?;
    }
    Ok(())
}
