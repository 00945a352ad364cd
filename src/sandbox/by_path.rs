//! The same mounts with mount(2), for kernels before 5.12.
//!
//! Places are still handles, named as `/proc/self/fd/N`; a new mount is found again by resolving its path once more.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::mount::{
    MountFlags as Bits, MountPropagationFlags, mount, mount_bind_recursive, mount_change, mount_remount,
};

use super::destination::{Missing, is_directory, resolve, resolve_or_make};
use super::perform::{WORKBENCH, open_path};
use crate::linux::mountinfo::MountTable;
use crate::plan::{MountFlags, Propagation};

/// A path that leads the kernel to exactly what a handle holds.
fn path_of(handle: BorrowedFd<'_>) -> String {
    format!("/proc/self/fd/{}", handle.as_raw_fd())
}

/// Where a handle lies, as this process sees it.
fn location(handle: BorrowedFd<'_>) -> io::Result<PathBuf> {
    std::fs::read_link(path_of(handle))
}

/// The workbench's mount becomes private first: everything else stays shared until the old root is cut off.
pub(super) fn new_root() -> io::Result<OwnedFd> {
    mount_change("/proc", MountPropagationFlags::PRIVATE)?;
    mount("tmpfs", WORKBENCH, "tmpfs", Bits::NOSUID | Bits::NODEV, c"mode=755,size=1m")?;
    open_path(Path::new(WORKBENCH))
}

pub(super) fn bind(
    root: BorrowedFd<'_>,
    source: &Path,
    destination: &Path,
    flags: MountFlags,
    propagation: Propagation,
) -> io::Result<()> {
    let missing = if is_directory(open_path(source)?.as_fd())? { Missing::Directory } else { Missing::File };
    let handle = resolve_or_make(root, destination, missing)?;
    mount_bind_recursive(source, path_of(handle.as_fd()))?;
    let mounted = resolve(root, destination)?;
    // Before anything is mounted inside it, for until now it is a peer of the host's.
    change(mounted.as_fd(), propagation)?;
    restrict(&location(mounted.as_fd())?, flags)
}

fn change(mounted: BorrowedFd<'_>, propagation: Propagation) -> io::Result<()> {
    let kind = match propagation {
        Propagation::Private => MountPropagationFlags::PRIVATE,
        Propagation::Slave => MountPropagationFlags::DOWNSTREAM,
        Propagation::Shared => MountPropagationFlags::SHARED,
    };
    Ok(mount_change(path_of(mounted), kind | MountPropagationFlags::REC)?)
}

/// Adds flags to each mount of a tree: a remount replaces all of them, so those it has are said again.
fn restrict(top: &Path, flags: MountFlags) -> io::Result<()> {
    if flags == MountFlags::default() {
        return Ok(());
    }
    for entry in MountTable::read()?.below(top) {
        let has = |name: &str| entry.options.iter().any(|option| option == name);
        let all = [
            (flags.read_only || has("ro"), Bits::RDONLY),
            (flags.nosuid || has("nosuid"), Bits::NOSUID),
            (flags.nodev || has("nodev"), Bits::NODEV),
            (flags.noexec || has("noexec"), Bits::NOEXEC),
            (has("noatime"), Bits::NOATIME),
            (has("nodiratime"), Bits::NODIRATIME),
            (has("relatime"), Bits::RELATIME),
        ];
        let bits = all.into_iter().filter(|(on, _)| *on).fold(Bits::BIND, |all, (_, bit)| all | bit);
        mount_remount(&entry.mount_point, bits, c"")?;
    }
    Ok(())
}

fn bits(flags: MountFlags) -> Bits {
    let bits = [
        (flags.read_only, Bits::RDONLY),
        (flags.nosuid, Bits::NOSUID),
        (flags.nodev, Bits::NODEV),
        (flags.noexec, Bits::NOEXEC),
    ];
    bits.into_iter().filter(|(on, _)| *on).fold(Bits::empty(), |all, (_, bit)| all | bit)
}

pub(super) fn bind_device(source: &Path, destination: BorrowedFd<'_>) -> io::Result<()> {
    mount_bind_recursive(source, path_of(destination))?;
    Ok(())
}

pub(super) fn text(
    root: BorrowedFd<'_>,
    source: BorrowedFd<'_>,
    destination: &Path,
    handle: BorrowedFd<'_>,
) -> io::Result<()> {
    mount_bind_recursive(path_of(source), path_of(handle))?;
    let mounted = resolve(root, destination)?;
    restrict(&location(mounted.as_fd())?, MountFlags { read_only: true, nosuid: true, nodev: true, noexec: true })
}

pub(super) fn file_system(
    kind: &str,
    options: &[(String, String)],
    destination: BorrowedFd<'_>,
    flags: MountFlags,
) -> io::Result<()> {
    let option = |(name, value): &(String, String)| match value.as_str() {
        "" => name.clone(),
        value => format!("{name}={value}"),
    };
    let data: Vec<_> = options.iter().map(option).collect();
    let data = std::ffi::CString::new(data.join(",")).map_err(io::Error::other)?;
    Ok(mount(kind, path_of(destination), kind, bits(flags), &*data)?)
}

pub(super) fn read_only(root: BorrowedFd<'_>, path: &Path, handle: BorrowedFd<'_>) -> io::Result<()> {
    mount_bind_recursive(path_of(handle), path_of(handle))?;
    let mounted = resolve(root, path)?;
    restrict(&location(mounted.as_fd())?, MountFlags { read_only: true, ..MountFlags::default() })
}

pub(super) fn mask(root: BorrowedFd<'_>, path: &Path, handle: BorrowedFd<'_>, directory: bool) -> io::Result<()> {
    let flags = MountFlags { read_only: true, nosuid: true, noexec: true, nodev: false };
    if directory {
        return file_system("tmpfs", &[("size".to_owned(), "0".to_owned())], handle, flags);
    }
    mount_bind_recursive("/dev/null", path_of(handle))?;
    let mounted = resolve(root, path)?;
    change(mounted.as_fd(), Propagation::Private)?;
    restrict(&location(mounted.as_fd())?, flags)
}

pub(super) fn seal(root: BorrowedFd<'_>) -> io::Result<()> {
    Ok(mount_remount(path_of(root), Bits::BIND | Bits::RDONLY | Bits::NOSUID | Bits::NODEV, c"")?)
}

/// Makes every mount a slave of the host's, except those of the new root.
pub(super) fn cut_off_all_but(root: BorrowedFd<'_>) -> io::Result<()> {
    let spared = location(root)?;
    for entry in MountTable::read()?.mounts {
        if !entry.mount_point.starts_with(&spared) && entry.peers.shared.is_some() {
            mount_change(&entry.mount_point, MountPropagationFlags::DOWNSTREAM)?;
        }
    }
    Ok(())
}
