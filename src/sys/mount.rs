//! mount_setattr(2), which no crate wraps.
//!
//! The call only.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

use super::call::{call, descriptor};

/// `struct mount_attr` (linux/mount.h).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MountAttributes {
    /// `MOUNT_ATTR_*` to set.
    pub set: u64,
    /// `MOUNT_ATTR_*` to clear.
    pub clear: u64,
    /// `MS_PRIVATE`, `MS_SLAVE`, `MS_SHARED`; 0 leaves it.
    pub propagation: u64,
    /// A user namespace for an id-mapped mount.
    pub user_namespace: u64,
}

impl MountAttributes {
    /// `MOUNT_ATTR_RDONLY`
    pub const READ_ONLY: u64 = 0x1;
    /// `MOUNT_ATTR_NOSUID`
    pub const NOSUID: u64 = 0x2;
    /// `MOUNT_ATTR_NODEV`
    pub const NODEV: u64 = 0x4;
    /// `MOUNT_ATTR_NOEXEC`
    pub const NOEXEC: u64 = 0x8;
}

/// Changes the mount behind a descriptor, attached or not; `recursive` those below it too, or none of them.
///
/// # Errors
/// Those of mount_setattr(2); ENOSYS before Linux 5.12.
pub fn mount_setattr(mount: BorrowedFd<'_>, recursive: bool, attributes: &MountAttributes) -> io::Result<()> {
    let flags = libc::AT_EMPTY_PATH | if recursive { libc::AT_RECURSIVE } else { 0 };
    let arguments = [
        descriptor(mount.as_raw_fd()),
        c"".as_ptr() as usize,
        descriptor(flags),
        std::ptr::from_ref(attributes) as usize,
        size_of::<MountAttributes>(),
    ];
    // SAFETY: an empty path, and a structure of the given size that is only read.
    unsafe { call(libc::SYS_mount_setattr, arguments) }?;
    Ok(())
}
