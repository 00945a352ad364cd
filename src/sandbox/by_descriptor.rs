//! Mounts by descriptor: open_tree(2), fsopen(2), move_mount(2), mount_setattr(2).
//!
//! A mount is prepared before it can be seen, and its place is a handle, not a path that can change.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::CWD;
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MoveMountFlags, OpenTreeFlags, fsconfig_create, fsconfig_set_flag,
    fsconfig_set_string, fsmount, fsopen, move_mount,
};

use super::perform::WORKBENCH;
use crate::plan::{MountFlags, Propagation};
use crate::sys::{MountAttributes, mount_setattr};

/// A detached copy of a tree of mounts, in the peer groups of the original.
pub(super) fn open_tree(source: &Path) -> io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC | OpenTreeFlags::AT_RECURSIVE;
    Ok(rustix::mount::open_tree(CWD, source, flags)?)
}

fn tree_of(handle: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_RECURSIVE
        | OpenTreeFlags::AT_EMPTY_PATH;
    Ok(rustix::mount::open_tree(handle, c"", flags)?)
}

fn place(mount: BorrowedFd<'_>, destination: BorrowedFd<'_>) -> io::Result<()> {
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_EMPTY_PATH;
    Ok(move_mount(mount, c"", destination, c"", flags)?)
}

fn attributes(flags: MountFlags) -> u64 {
    let bits = [
        (flags.read_only, MountAttributes::READ_ONLY),
        (flags.nosuid, MountAttributes::NOSUID),
        (flags.nodev, MountAttributes::NODEV),
        (flags.noexec, MountAttributes::NOEXEC),
    ];
    bits.into_iter().filter(|(on, _)| *on).fold(0, |all, (_, bit)| all | bit)
}

fn propagation_flag(propagation: Propagation) -> u64 {
    match propagation {
        Propagation::Private => libc::MS_PRIVATE,
        Propagation::Slave => libc::MS_SLAVE,
        Propagation::Shared => libc::MS_SHARED,
    }
}

/// Gives a detached tree its flags and propagation, then its place.
pub(super) fn attach(
    tree: BorrowedFd<'_>,
    destination: BorrowedFd<'_>,
    flags: MountFlags,
    propagation: Propagation,
) -> io::Result<()> {
    let attributes = MountAttributes {
        set: attributes(flags),
        propagation: propagation_flag(propagation),
        ..MountAttributes::default()
    };
    mount_setattr(tree, true, &attributes)?;
    place(tree, destination)
}

pub(super) fn bind_device(source: &Path, destination: BorrowedFd<'_>) -> io::Result<()> {
    let flags = MountFlags { nosuid: true, noexec: true, ..MountFlags::default() };
    attach(open_tree(source)?.as_fd(), destination, flags, Propagation::Private)
}

/// A file bound read-only.
pub(super) fn text(source: BorrowedFd<'_>, destination: BorrowedFd<'_>) -> io::Result<()> {
    let flags = MountFlags { read_only: true, nosuid: true, nodev: true, noexec: true };
    attach(tree_of(source)?.as_fd(), destination, flags, Propagation::Private)
}

fn new_mount(kind: &str, options: &[(String, String)], flags: MountFlags) -> io::Result<OwnedFd> {
    let context = fsopen(kind, FsOpenFlags::FSOPEN_CLOEXEC)?;
    for (name, value) in options {
        match value.as_str() {
            "" => fsconfig_set_flag(context.as_fd(), name.as_str())?,
            value => fsconfig_set_string(context.as_fd(), name.as_str(), value)?,
        }
    }
    fsconfig_create(context.as_fd())?;
    let bits = MountAttrFlags::from_bits_retain(u32::try_from(attributes(flags)).unwrap_or_default());
    Ok(fsmount(context.as_fd(), FsMountFlags::FSMOUNT_CLOEXEC, bits)?)
}

pub(super) fn file_system(
    kind: &str,
    options: &[(String, String)],
    destination: BorrowedFd<'_>,
    flags: MountFlags,
) -> io::Result<()> {
    place(new_mount(kind, options, flags)?.as_fd(), destination)
}

/// The tmpfs that becomes the root: it holds directories and links only.
pub(super) fn new_root() -> io::Result<OwnedFd> {
    let options = [("mode".to_owned(), "755".to_owned()), ("size".to_owned(), "1m".to_owned())];
    let flags = MountFlags { nosuid: true, nodev: true, ..MountFlags::default() };
    let root = new_mount("tmpfs", &options, flags)?;
    move_mount(root.as_fd(), c"", CWD, WORKBENCH, MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH)?;
    Ok(root)
}

fn set(mount: BorrowedFd<'_>, recursive: bool, set: u64) -> io::Result<()> {
    mount_setattr(mount, recursive, &MountAttributes { set, ..MountAttributes::default() })
}

/// Lays a read-only copy of what is there over it.
pub(super) fn read_only(handle: BorrowedFd<'_>) -> io::Result<()> {
    let tree = tree_of(handle)?;
    set(tree.as_fd(), true, MountAttributes::READ_ONLY)?;
    place(tree.as_fd(), handle)
}

/// Lays something empty over it.
pub(super) fn mask(handle: BorrowedFd<'_>, directory: bool) -> io::Result<()> {
    let flags = MountFlags { read_only: true, nosuid: true, noexec: true, nodev: false };
    if directory {
        return file_system("tmpfs", &[], handle, flags);
    }
    attach(open_tree(Path::new("/dev/null"))?.as_fd(), handle, flags, Propagation::Private)
}

pub(super) fn seal(root: BorrowedFd<'_>) -> io::Result<()> {
    set(root, false, MountAttributes::READ_ONLY)
}
