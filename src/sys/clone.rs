//! clone3(2) with shared memory and a stack of its own: the child begins in a given function and never returns.
//!
//! The machine part only; what the child does is `birth`'s.
#![expect(clippy::cast_possible_truncation, reason = "registers of 64 bits; see the end for others")]

use std::arch::asm;
use std::mem::MaybeUninit;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::process::Pid;

use super::call::{Errno, call};

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

/// What a child has of our memory until it leaves it.
#[repr(C)]
struct Shared<T> {
    /// 1 while the child uses this memory. The kernel sets it to 0 and wakes who waits (`CLONE_CHILD_CLEARTID`).
    inside: AtomicU32,
    context: T,
    stack: [MaybeUninit<u8>; STACK],
}

/// Memory that a child works with while it runs in ours: until it executes a program or ends. Dropped, that is waited for.
#[derive(Debug)]
pub(super) struct Sharing<T>(NonNull<Shared<T>>);

impl<T> Sharing<T> {
    /// For a child that will work with this.
    pub(super) fn new(context: T) -> Self {
        let mut shared = Box::<Shared<T>>::new_uninit();
        let place = shared.as_mut_ptr();
        // SAFETY: a valid place for each field; the stack needs no value.
        let shared = unsafe {
            (&raw mut (*place).inside).write(AtomicU32::new(0));
            (&raw mut (*place).context).write(context);
            shared.assume_init()
        };
        Self(NonNull::from(Box::leak(shared)))
    }

    /// Waits until no child is in it; what the last worked with.
    pub(super) fn wait(&self) -> &T {
        // SAFETY: allocated in `new` and freed in `drop`; the child writes to it through atomics only.
        let shared = unsafe { self.0.as_ref() };
        while shared.inside.load(Ordering::Acquire) != 0 {
            let address = (&raw const shared.inside) as usize;
            // Not private: the kernel wakes by the plain one.
            // SAFETY: FUTEX_WAIT only reads the word.
            let _ = unsafe { call(libc::SYS_futex, [address, libc::FUTEX_WAIT as usize, 1, 0, 0]) };
        }
        &shared.context
    }

    /// What the next child is to work with.
    pub(super) fn context(&mut self) -> &mut T {
        self.wait();
        // SAFETY: no child is in it.
        unsafe { &mut self.0.as_mut().context }
    }

    /// Makes a child that shares our memory and runs `begin` with the context on its own stack, while we go on.
    ///
    /// # Safety
    /// `begin` must be sound to run in a second process that shares this memory with us at work: it may not allocate, lock, unwind or touch
    /// thread-local state, may write to the context through atomics only, and must not return. All signals must be blocked, and stay so in
    /// the child until none has a handler, or a handler of ours would run there.
    pub(super) unsafe fn begin(
        &mut self,
        flags: u64,
        cgroup: Option<RawFd>,
        begin: unsafe extern "C" fn(*const T) -> !,
    ) -> Result<(Pid, OwnedFd), Errno> {
        self.wait();
        let place = self.0.as_ptr();
        // SAFETY: fields of the allocation.
        let (inside, context, stack) =
            unsafe { (&raw mut (*place).inside, &raw const (*place).context, &raw mut (*place).stack) };
        // SAFETY: nobody else has it yet.
        unsafe { (*inside).store(1, Ordering::Release) };
        let mut pidfd: RawFd = -1;
        let sharing = flags | (libc::CLONE_VM | libc::CLONE_PIDFD | libc::CLONE_CHILD_CLEARTID) as u64;
        let mut arguments = CloneArguments {
            flags: sharing,
            pidfd: (&raw mut pidfd) as u64,
            child_tid: inside as u64,
            exit_signal: libc::SIGCHLD as u64,
            stack: stack as u64,
            // Both architectures want 16-byte alignment of the top.
            stack_size: ((stack as u64 + STACK as u64) & !15) - stack as u64,
            ..CloneArguments::default()
        };
        // Without a cgroup the structure ends before `cgroup`: kernels before 5.7 know no more (CLONE_ARGS_SIZE_VER0, 64).
        let mut size = 64;
        if let Some(directory) = cgroup {
            arguments.flags |= CLONE_INTO_CGROUP;
            arguments.cgroup = super::call::descriptor(directory) as u64;
            size = size_of::<CloneArguments>();
        }
        let registers = [(&raw const arguments) as usize, size, 0, 0, 0];
        // SAFETY: the arguments are a valid clone_args; the rest is the caller's promise.
        let mut result = unsafe { enter(libc::SYS_clone3, registers, begin as usize, context as usize) };
        if result == -(libc::ENOSYS as isize) && cgroup.is_none() {
            // Before 5.3, and under filters that hide clone3: clone(2), which takes the stack's top and hands the pidfd to
            // where CLONE_PARENT_SETTID would write.
            let top = (arguments.stack + arguments.stack_size) as usize;
            let flags = (sharing | libc::SIGCHLD as u64) as usize;
            let registers = in_order_of_clone(flags, top, (&raw mut pidfd) as usize, inside as usize);
            // SAFETY: as above; thread-local storage is not asked for.
            result = unsafe { enter(libc::SYS_clone, registers, begin as usize, context as usize) };
        }
        let number = i32::try_from(result).unwrap_or(-libc::EOVERFLOW);
        if let Some(pid) = Pid::from_raw(number.max(0)) {
            // SAFETY: the kernel has just made this descriptor for us and nobody else knows it.
            return Ok((pid, unsafe { OwnedFd::from_raw_fd(pidfd) }));
        }
        // SAFETY: no child has it.
        unsafe { (*inside).store(0, Ordering::Release) };
        Err(Errno(-number))
    }
}

impl<T> Drop for Sharing<T> {
    fn drop(&mut self) {
        self.wait();
        // SAFETY: from `Box::leak`; no child is in it.
        unsafe { drop(Box::from_raw(self.0.as_ptr())) };
    }
}

/// clone(2), "C library/kernel differences".
#[cfg(target_arch = "x86_64")]
fn in_order_of_clone(flags: usize, top: usize, pidfd: usize, child_tid: usize) -> [usize; 5] {
    [flags, top, pidfd, child_tid, 0]
}

/// clone(2), "C library/kernel differences": thread-local storage comes before `child_tid`.
#[cfg(target_arch = "aarch64")]
fn in_order_of_clone(flags: usize, top: usize, pidfd: usize, child_tid: usize) -> [usize; 5] {
    [flags, top, pidfd, 0, child_tid]
}

/// The call itself. The child does not come back out of the assembly: it calls `begin(context)` on its new stack.
///
/// # Safety
/// As [`clone_sharing`], and the registers must describe a new stack.
#[cfg(target_arch = "x86_64")]
unsafe fn enter(number: libc::c_long, registers: [usize; 5], begin: usize, context: usize) -> isize {
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
            in("r10") registers[3],
            in("r8") registers[4],
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
unsafe fn enter(number: libc::c_long, registers: [usize; 5], begin: usize, context: usize) -> isize {
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
            in("x3") registers[3],
            in("x4") registers[4],
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
