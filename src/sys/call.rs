//! Raw system calls as the newborn child needs them: no allocation, no lock, no libc wrapper that does more than the call.
//!
//! Numbers and pointers only.

use std::os::fd::RawFd;

use libc::{c_int, c_long};

/// `errno` of a failed call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Errno(pub(super) c_int);

impl From<Errno> for std::io::Error {
    fn from(errno: Errno) -> Self {
        Self::from_raw_os_error(errno.0)
    }
}

/// Makes one system call.
///
/// # Safety
/// The arguments must be what this call expects: pointers valid for what the kernel reads or writes through them, and no
/// effect on this process that breaks its memory or its descriptors.
pub(super) unsafe fn call(number: c_long, arguments: [usize; 5]) -> Result<usize, Errno> {
    let [first, second, third, fourth, fifth] = arguments;
    // SAFETY: handed on to the caller. In a child that shares memory with its stopped parent the wrapper writes nothing
    // but errno, which the parent does not look at between the clone and here.
    let result = unsafe { libc::syscall(number, first, second, third, fourth, fifth) };
    // SAFETY: the location of this thread's errno is always valid.
    usize::try_from(result).map_err(|_| Errno(unsafe { *libc::__errno_location() }))
}

/// A descriptor as an argument; -1 (`AT_FDCWD` and other negatives too) keeps its bits.
#[expect(clippy::cast_sign_loss, reason = "the kernel reads the low 32 bits as a signed number again")]
pub(super) fn descriptor(number: RawFd) -> usize {
    number as u32 as usize
}
