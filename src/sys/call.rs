//! Raw system calls as the newborn child needs them: no allocation, no lock, no libc wrapper that does more than the call.
//!
//! Numbers and pointers only.

use std::arch::asm;
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

/// Makes one system call, without libc: its errno belongs to the thread, and a newborn that shares our memory would write into that of
/// its parent.
///
/// # Safety
/// The arguments must be what this call expects: pointers valid for what the kernel reads or writes through them, and no
/// effect on this process that breaks its memory or its descriptors.
pub(super) unsafe fn call(number: c_long, arguments: [usize; 5]) -> Result<usize, Errno> {
    // SAFETY: handed on to the caller.
    let result = unsafe { enter(number, arguments) };
    // -4095 to -1 are errors (syscall(2)).
    if result > -4096 && result < 0 {
        Err(Errno(c_int::try_from(-result).unwrap_or(libc::EIO)))
    } else {
        Ok(result.cast_unsigned())
    }
}

/// The call itself (syscall(2), "Architecture calling conventions").
///
/// # Safety
/// As [`call`].
#[cfg(target_arch = "x86_64")]
#[expect(clippy::cast_possible_truncation, reason = "registers of 64 bits")]
unsafe fn enter(number: c_long, arguments: [usize; 5]) -> isize {
    let [first, second, third, fourth, fifth] = arguments;
    let result: isize;
    // SAFETY: rcx and r11 are the kernel's; memory is taken as changed.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number as isize => result,
            in("rdi") first,
            in("rsi") second,
            in("rdx") third,
            in("r10") fourth,
            in("r8") fifth,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    result
}

/// The call itself (syscall(2), "Architecture calling conventions").
///
/// # Safety
/// As [`call`].
#[cfg(target_arch = "aarch64")]
unsafe fn enter(number: c_long, arguments: [usize; 5]) -> isize {
    let [first, second, third, fourth, fifth] = arguments;
    let result: isize;
    // SAFETY: only x0 changes; memory is taken as changed.
    unsafe {
        asm!(
            "svc 0",
            in("x8") number,
            inlateout("x0") first.cast_signed() => result,
            in("x1") second,
            in("x2") third,
            in("x3") fourth,
            in("x4") fifth,
            options(nostack),
        );
    }
    result
}

/// A descriptor as an argument; -1 (`AT_FDCWD` and other negatives too) keeps its bits.
#[expect(clippy::cast_sign_loss, reason = "the kernel reads the low 32 bits as a signed number again")]
pub(super) fn descriptor(number: RawFd) -> usize {
    number as u32 as usize
}
