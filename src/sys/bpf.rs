//! bpf(2), as far as device access of v2 cgroups needs it.
//!
//! The calls only; the program is written by `linux::cgroup`.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use super::call::call;

/// One instruction (`struct bpf_insn`).
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// Class, operation, source kind.
    pub code: u8,
    /// Destination register in the low half, source register in the high one.
    pub registers: u8,
    /// Of a jump or a memory access.
    pub offset: i16,
    /// A constant.
    pub immediate: i32,
}

/// The part of `union bpf_attr` that `BPF_PROG_LOAD` reads.
#[repr(C)]
#[derive(Default)]
struct Load {
    kind: u32,
    count: u32,
    instructions: u64,
    license: u64,
    log_level: u32,
    log_size: u32,
    log: u64,
    kernel_version: u32,
    flags: u32,
}

/// The part that `BPF_PROG_ATTACH` reads.
#[repr(C)]
struct Attach {
    target: i32,
    program: i32,
    kind: u32,
    flags: u32,
}

const PROG_LOAD: usize = 5;
const PROG_ATTACH: usize = 8;
/// `BPF_PROG_TYPE_CGROUP_DEVICE`
const CGROUP_DEVICE_PROGRAM: u32 = 15;
/// `BPF_CGROUP_DEVICE`
const CGROUP_DEVICE_ATTACH: u32 = 6;
/// Beside those that a service manager may have attached: all must allow.
const ALLOW_MULTI: u32 = 2;

/// Has a program decide about device access in a v2 cgroup, until the cgroup goes.
///
/// # Errors
/// EPERM without `CAP_BPF` and `CAP_NET_ADMIN`; EINVAL for a program that the kernel's verifier refuses.
pub fn attach_device_program(cgroup: BorrowedFd<'_>, program: &[Instruction]) -> io::Result<()> {
    let load = Load {
        kind: CGROUP_DEVICE_PROGRAM,
        count: u32::try_from(program.len()).map_err(io::Error::other)?,
        instructions: program.as_ptr() as u64,
        license: c"MIT".as_ptr() as u64,
        ..Load::default()
    };
    let (attributes, size) = ((&raw const load) as usize, size_of::<Load>());
    // SAFETY: a structure of this size whose pointers are valid for the call; the kernel copies the program and verifies it.
    let loaded = unsafe { call(libc::SYS_bpf, [PROG_LOAD, attributes, size, 0, 0]) }?;
    // SAFETY: the kernel has just made this descriptor for us and nobody else knows it.
    let loaded = unsafe { OwnedFd::from_raw_fd(i32::try_from(loaded).map_err(io::Error::other)?) };
    let attach = Attach {
        target: cgroup.as_raw_fd(),
        program: loaded.as_raw_fd(),
        kind: CGROUP_DEVICE_ATTACH,
        flags: ALLOW_MULTI,
    };
    let (attributes, size) = ((&raw const attach) as usize, size_of::<Attach>());
    // SAFETY: a structure of this size, numbers only.
    unsafe { call(libc::SYS_bpf, [PROG_ATTACH, attributes, size, 0, 0]) }?;
    Ok(())
}
