//! Our own executable, held so that nobody can change what runs next: not by replacing the file, not by writing to it.
//!
//! A task that gets hold of `/proc/PID/exe` of a process of ours must not be able to write to it (CVE-2019-5736).

use std::ffi::CString;
use std::fs::File;
use std::io::{self, Seek};
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{CWD, MemfdFlags, SealFlags};
use rustix::mount::OpenTreeFlags;

use super::{MountAttributes, mount_setattr};

/// Opens the executable of this process so that it can be run by descriptor: a read-only mount of the file that lies nowhere in the
/// file system, so that its pages stay shared; where that is not possible a sealed copy in memory.
///
/// A process that was itself started this way runs from such a mount or copy already (`started_by_us`), and only opens it again.
///
/// # Errors
/// /proc is not mounted, or there is no memory for the copy.
pub fn own_executable(started_by_us: bool) -> io::Result<OwnedFd> {
    if started_by_us {
        return Ok(File::open("/proc/self/exe")?.into());
    }
    read_only_mount().or_else(|_| sealed_copy())
}

fn read_only_mount() -> io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    let mount = rustix::mount::open_tree(CWD, c"/proc/self/exe", flags)?;
    let set = MountAttributes::READ_ONLY | MountAttributes::NODEV | MountAttributes::NOSUID;
    mount_setattr(mount.as_fd(), false, &MountAttributes { set, ..MountAttributes::default() })?;
    Ok(mount)
}

fn sealed_copy() -> io::Result<OwnedFd> {
    // MFD_EXEC is refused as unknown before 6.3, and wanted where vm.memfd_noexec is 1.
    let name = CString::from(c"jobctl");
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let copy = rustix::fs::memfd_create(&*name, flags | MemfdFlags::EXEC)
        .or_else(|_| rustix::fs::memfd_create(&*name, flags))?;
    let mut copy = File::from(copy);
    io::copy(&mut File::open("/proc/self/exe")?, &mut copy)?;
    copy.rewind()?;
    let seals = SealFlags::SEAL | SealFlags::SHRINK | SealFlags::GROW | SealFlags::WRITE;
    rustix::fs::fcntl_add_seals(&copy, seals)?;
    // Executing a file that is open for writing fails with ETXTBSY: hand out one that is not.
    let path = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&copy));
    Ok(File::open(path)?.into())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    fn same_as_our_executable(mut held: File) {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        File::open("/proc/self/exe").unwrap().read_to_end(&mut ours).unwrap();
        held.read_to_end(&mut theirs).unwrap();
        assert!(ours == theirs, "the executable is held whole");
    }

    fn writable(held: &OwnedFd) -> bool {
        let path = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(held));
        let opened = std::fs::OpenOptions::new().write(true).open(path);
        opened.and_then(|mut file| file.write(b"x")).is_ok()
    }

    #[test]
    fn a_sealed_copy_is_whole_and_cannot_be_written() {
        let held = sealed_copy().unwrap();
        assert!(!writable(&held));
        same_as_our_executable(File::from(held));
    }

    #[test]
    fn a_read_only_mount_is_whole_and_cannot_be_written() {
        let Ok(held) = read_only_mount() else {
            println!("SKIP open_tree needs CAP_SYS_ADMIN");
            return;
        };
        assert!(!writable(&held));
        same_as_our_executable(
            File::open(format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&held))).unwrap(),
        );
    }
}
