//! Descriptors that came with this process.

use std::io;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};

use super::call::{call, descriptor};

/// Takes a descriptor that this process was started with, and makes it close-on-exec. Each can be taken once.
///
/// # Errors
/// `EBADF` if it is not open; `EINVAL` if it did not come with this process, was taken before, or is a standard stream.
pub fn inherited(number: RawFd) -> io::Result<OwnedFd> {
    // SAFETY: numbers only; fails if the descriptor is not open.
    let flags = unsafe { call(libc::SYS_fcntl, [descriptor(number), libc::F_GETFD as usize, 0, 0, 0]) }?;
    let opened_here = flags & libc::FD_CLOEXEC as usize != 0;
    if number <= libc::STDERR_FILENO || opened_here {
        return Err(io::Error::from_raw_os_error(libc::EINVAL));
    }
    let arguments = [descriptor(number), libc::F_SETFD as usize, libc::FD_CLOEXEC as usize, 0, 0];
    // SAFETY: as above.
    unsafe { call(libc::SYS_fcntl, arguments) }?;
    // SAFETY: it has no other owner: exec has just let it through, so it was not close-on-exec, as all descriptors are that Rust opens;
    // and now it is, so it is not taken twice.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

/// Whether this number is an open pipe.
pub fn is_pipe(number: RawFd) -> bool {
    let mut status = std::mem::MaybeUninit::<libc::stat>::uninit();
    // SAFETY: the kernel fills the structure, or says that it did not.
    unsafe {
        libc::fstat(number, status.as_mut_ptr()) == 0 && status.assume_init().st_mode & libc::S_IFMT == libc::S_IFIFO
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::{AsRawFd, IntoRawFd};

    use super::*;

    #[test]
    fn what_this_process_opened_is_not_inherited() {
        let file = std::fs::File::open("/dev/null").unwrap();
        assert_eq!(inherited(file.as_raw_fd()).unwrap_err().raw_os_error(), Some(libc::EINVAL));
        assert_eq!(inherited(libc::STDERR_FILENO).unwrap_err().raw_os_error(), Some(libc::EINVAL));
        assert_eq!(inherited(1_000_000).unwrap_err().raw_os_error(), Some(libc::EBADF));
    }

    #[test]
    fn what_came_with_it_is_taken_once() {
        let number = std::fs::File::open("/dev/null").unwrap().into_raw_fd();
        // SAFETY: numbers only; the descriptor has no owner now.
        unsafe { call(libc::SYS_fcntl, [descriptor(number), libc::F_SETFD as usize, 0, 0, 0]) }.unwrap();
        let taken = inherited(number).unwrap();
        assert_eq!(inherited(number).unwrap_err().raw_os_error(), Some(libc::EINVAL));
        drop(taken);
    }
}
