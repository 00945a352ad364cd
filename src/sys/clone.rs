//! clone3(2) with shared memory and a stack of its own: the child begins in a given function and never returns.
//!
//! The machine part only; what the child does is `birth`'s.
#![expect(clippy::cast_possible_truncation, reason = "registers of 64 bits; see the end for others")]

use std::arch::asm;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use rustix::process::Pid;

use super::call::Errno;

/// Put into a v2 cgroup at birth (Linux 5.7). Beyond the 32 bits that clone(2) can carry.
pub(super) const CLONE_INTO_CGROUP: u64 = 0x2_0000_0000;

/// Enough for the child's few frames and the 1 KiB buffer of its largest one.
const STACK: usize = 64 * 1024;

/// `struct clone_args` (linux/sched.h), as of Linux 5.7.
#[repr(C)]
#[derive(Default)]
struct CloneArguments {
    flags: u64,
    pidfd: u64,
    child_tid: u64,
    parent_tid: u64,
    exit_signal: u64,
    stack: u64,
    stack_size: u64,
    tls: u64,
    set_tid: u64,
    set_tid_size: u64,
    cgroup: u64,
}

/// Makes a child that shares our memory and runs `begin(context)` on its own stack, while this thread stands still until
/// the child has executed a program or ended (vfork(2)).
///
/// # Safety
/// `begin` must be sound to run in a second process that shares this memory: it may not allocate, lock, unwind or touch
/// thread-local state, and must not return. `context` must stay valid until then. All signals must be blocked, or a handler
/// of ours would run in the child.
pub(super) unsafe fn clone_sharing<T>(
    flags: u64,
    cgroup: Option<RawFd>,
    begin: unsafe extern "C" fn(*const T) -> !,
    context: *const T,
) -> Result<(Pid, OwnedFd), Errno> {
    let mut stack: Box<[MaybeUninit<u8>]> = Box::new_uninit_slice(STACK);
    let mut pidfd: RawFd = -1;
    let shared = flags | (libc::CLONE_VM | libc::CLONE_VFORK | libc::CLONE_PIDFD) as u64;
    let mut arguments = CloneArguments {
        flags: shared,
        pidfd: (&raw mut pidfd) as u64,
        exit_signal: libc::SIGCHLD as u64,
        // Both architectures want 16-byte alignment of the top.
        stack: stack.as_mut_ptr() as u64,
        stack_size: ((stack.as_ptr() as usize + STACK) & !15) as u64 - stack.as_ptr() as u64,
        ..CloneArguments::default()
    };
    // Without a cgroup the structure ends before `cgroup`: kernels before 5.7 know no more (CLONE_ARGS_SIZE_VER0, 64).
    let mut size = 64;
    if let Some(directory) = cgroup {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = super::call::descriptor(directory) as u64;
        size = size_of::<CloneArguments>();
    }
    let registers = [(&raw const arguments) as usize, size, 0];
    // SAFETY: the arguments are a valid clone_args; the rest is the caller's promise.
    let mut result = unsafe { enter(libc::SYS_clone3, registers, begin as usize, context as usize) };
    if result == -(libc::ENOSYS as isize) && cgroup.is_none() {
        // Before 5.3, and under filters that hide clone3: clone(2), which takes the stack's top and hands the pidfd to
        // where CLONE_PARENT_SETTID would write.
        let top = (arguments.stack + arguments.stack_size) as usize;
        let registers = [(shared | libc::SIGCHLD as u64) as usize, top, (&raw mut pidfd) as usize];
        // SAFETY: as above, in clone(2)'s order of arguments; thread-local storage and child_tid are not asked for.
        result = unsafe { enter(libc::SYS_clone, registers, begin as usize, context as usize) };
    }
    drop(stack);
    let number = i32::try_from(result).map_err(|_| Errno(libc::EOVERFLOW))?;
    match Pid::from_raw(number.max(0)) {
        // SAFETY: the kernel has just made this descriptor for us and nobody else knows it.
        Some(pid) => Ok((pid, unsafe { OwnedFd::from_raw_fd(pidfd) })),
        None => Err(Errno(-number)),
    }
}

/// The call itself. The child does not come back out of the assembly: it calls `begin(context)` on its new stack.
///
/// # Safety
/// As [`clone_sharing`], and the registers must describe a new stack.
#[cfg(target_arch = "x86_64")]
unsafe fn enter(number: libc::c_long, registers: [usize; 3], begin: usize, context: usize) -> isize {
    let result: isize;
    // SAFETY: the parent continues after the block with only rax, rcx and r11 changed, as for any system call; memory is
    // taken as changed. The child leaves the block only into `begin`, which does not return.
    unsafe {
        asm!(
            "syscall",
            "test rax, rax",
            "jnz 2f",
            "xor ebp, ebp",
            "mov rdi, r12",
            "call r13",
            "ud2",
            "2:",
            inlateout("rax") number as isize => result,
            in("rdi") registers[0],
            in("rsi") registers[1],
            in("rdx") registers[2],
            in("r10") 0usize,
            in("r8") 0usize,
            in("r12") context,
            in("r13") begin,
            lateout("rcx") _,
            lateout("r11") _,
        );
    }
    result
}

/// The call itself. The child does not come back out of the assembly: it calls `begin(context)` on its new stack.
///
/// # Safety
/// As [`clone_sharing`], and the registers must describe a new stack.
#[cfg(target_arch = "aarch64")]
unsafe fn enter(number: libc::c_long, registers: [usize; 3], begin: usize, context: usize) -> isize {
    let result: isize;
    // SAFETY: the parent continues after the block with only x0 changed, as for any system call; memory is taken as
    // changed. The child leaves the block only into `begin`, which does not return.
    unsafe {
        asm!(
            "svc 0",
            "cbnz x0, 2f",
            "mov x29, xzr",
            "mov x30, xzr",
            "mov x0, x20",
            "blr x21",
            "brk 1",
            "2:",
            inlateout("x0") registers[0] as isize => result,
            in("x1") registers[1],
            in("x2") registers[2],
            in("x3") 0usize,
            in("x4") 0usize,
            in("x8") number,
            in("x20") context,
            in("x21") begin,
            out("x30") _,
        );
    }
    result
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
compile_error!("sys::clone::enter has to be written for this architecture");

/// For a descriptor that is looked at but not owned.
pub(super) fn number_of(descriptor: &OwnedFd) -> RawFd {
    descriptor.as_raw_fd()
}
