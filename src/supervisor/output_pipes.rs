//! The pipes of a task's output, found again in its init by a supervisor that did not make them.
//!
//! Holding a second read end keeps what is in a pipe should init be killed; nothing is read here.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd, RawFd};

use rustix::fs::{FileType, OFlags, fcntl_getfl, fstat};
use rustix::io::Errno;
use rustix::process::{ForeignRawFd, PidfdGetfdFlags, pidfd_getfd};

/// init holds a dozen descriptors, all made in its first moments.
const NUMBERS: std::ops::Range<RawFd> = 0..128;

/// The inodes of the pipes: what tells them from every other one of this boot.
pub(super) fn inodes(ends: &[OwnedFd; 2]) -> Option<[u64; 2]> {
    let [stdout, stderr] = ends;
    Some([fstat(stdout).ok()?.st_ino, fstat(stderr).ok()?.st_ino])
}

/// Read ends of the pipes with these inodes, out of the process that has them (pidfd_getfd(2), Linux 5.6); `None` where this process may not
/// look into it, or it has closed them.
pub(super) fn read_ends(init: BorrowedFd<'_>, inodes: [u64; 2]) -> Option<[OwnedFd; 2]> {
    let mut found = inodes.map(|_| None);
    for number in NUMBERS {
        let descriptor = match pidfd_getfd(init, number as ForeignRawFd, PidfdGetfdFlags::empty()) {
            Ok(descriptor) => descriptor,
            Err(Errno::BADF) => continue,
            // Not permitted, not known to this kernel, or gone: so it is with the next number.
            Err(_) => return None,
        };
        for (inode, place) in inodes.iter().zip(&mut found) {
            if place.is_none() && is_read_end(&descriptor, *inode).unwrap_or(false) {
                *place = Some(descriptor.try_clone().ok()?);
            }
        }
        if let [Some(_), Some(_)] = found {
            break;
        }
    }
    let [stdout, stderr] = found;
    Some([stdout?, stderr?])
}

fn is_read_end(descriptor: &OwnedFd, inode: u64) -> io::Result<bool> {
    let stat = fstat(descriptor)?;
    let is_pipe = FileType::from_raw_mode(stat.st_mode) == FileType::Fifo;
    Ok(is_pipe && stat.st_ino == inode && (fcntl_getfl(descriptor)? & OFlags::ACCMODE) == OFlags::RDONLY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::os::fd::{AsFd, AsRawFd};

    use rustix::process::{PidfdFlags, getpid, pidfd_open};

    #[test]
    fn what_is_in_a_pipe_stays_with_a_second_end() {
        let ((read, mut write), (other, _writer)) = (io::pipe().unwrap(), io::pipe().unwrap());
        write.write_all(b"kept").unwrap();
        let ends = [OwnedFd::from(read), OwnedFd::from(other)];
        let inodes = inodes(&ends).unwrap();
        let this = pidfd_open(getpid(), PidfdFlags::empty()).unwrap();
        let Some([stdout, _stderr]) = read_ends(this.as_fd(), inodes) else { return };
        assert!(!ends.iter().any(|end| end.as_raw_fd() == stdout.as_raw_fd()));
        drop((ends, write));
        let mut kept = String::new();
        std::fs::File::from(stdout).read_to_string(&mut kept).unwrap();
        assert_eq!(kept, "kept");
    }
}
