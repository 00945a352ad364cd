//! What a newborn process does to itself before it executes its program, as data.
//!
//! Prepared by the parent, performed in the child without allocating. The order is the caller's business.

use std::ffi::{CStr, CString};
use std::os::fd::RawFd;

use super::call::{Errno, call, descriptor};

/// Of ioctl_tty(2), the same on all architectures but the oldest (asm-generic/ioctls.h).
const TIOCSCTTY: usize = 0x540e;

/// One thing a newborn does to itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// setsid(2)
    Session,
    /// dup2(2): `to` is open after exec. `from == to` only keeps it open.
    Descriptor {
        /// A descriptor of the parent's.
        from: RawFd,
        /// Its number in the child.
        to: RawFd,
    },
    /// close_range(2), both ends included.
    Close {
        /// The first closed.
        first: u32,
        /// The last closed; `u32::MAX` for all.
        last: u32,
    },
    /// umask(2)
    Umask(u32),
    /// chdir(2)
    Directory(CString),
    /// Opens a file that is there and writes this in one write: `/proc/self/oom_score_adj`.
    Write {
        /// Which file.
        path: CString,
        /// What.
        text: CString,
    },
    /// setrlimit(2); `u64::MAX` is no limit.
    Limit {
        /// `RLIMIT_NOFILE` …
        resource: u32,
        /// The soft limit.
        soft: u64,
        /// The hard limit.
        hard: u64,
    },
    /// setgroups(2)
    Groups(Vec<u32>),
    /// setresgid(2), all three.
    Gid(u32),
    /// setresuid(2), all three.
    Uid(u32),
    /// `PR_CAPBSET_DROP` for each capability whose bit is set here.
    DropBounding(u64),
    /// `PR_SET_KEEPCAPS`: the permitted set outlives the change of user. Cleared by exec.
    KeepCapabilities,
    /// capset(2), by bits.
    Capabilities {
        /// The effective set.
        effective: u64,
        /// The permitted set.
        permitted: u64,
        /// The inheritable set.
        inheritable: u64,
    },
    /// `PR_CAP_AMBIENT_RAISE` for each capability whose bit is set here.
    Ambient(u64),
    /// All capabilities the kernel knows in all sets, ambient included: what the first process of a user namespace has and would lose by
    /// exec, as long as its id is not mapped (user_namespaces(7)).
    KeepAllCapabilities,
    /// `PR_SET_NO_NEW_PRIVS`
    NoNewPrivileges,
    /// `PR_SET_PDEATHSIG`: SIGKILL when the thread that made it ends. After every change of ids, which would take it back.
    DieWithParent {
        /// The parent's number, to notice that it ended before.
        parent: u32,
    },
    /// `TIOCSCTTY`: this descriptor becomes the session's controlling terminal. After [`Step::Session`].
    ControllingTerminal(RawFd),
}

impl Step {
    /// Performs it on this process.
    ///
    /// # Safety
    /// Only for a process that is about to execute another program or end: it closes descriptors others may own.
    pub(super) unsafe fn perform(&self) -> Result<(), Errno> {
        // SAFETY, for all calls below: numbers, or pointers into `self`, which outlives the call; what they do to this
        // process is what the caller asked for.
        match self {
            Self::Session => plain(libc::SYS_setsid, [0; 5]),
            Self::Descriptor { from, to } if from == to => {
                plain(libc::SYS_fcntl, [descriptor(*from), libc::F_SETFD as usize, 0, 0, 0])
            }
            Self::Descriptor { from, to } => plain(libc::SYS_dup3, [descriptor(*from), descriptor(*to), 0, 0, 0]),
            Self::Close { first, last } => close(*first, *last),
            Self::Umask(mask) => plain(libc::SYS_umask, [*mask as usize, 0, 0, 0, 0]),
            Self::Directory(path) => plain(libc::SYS_chdir, [path.as_ptr() as usize, 0, 0, 0, 0]),
            Self::Write { path, text } => write(path, text.to_bytes()),
            Self::Limit { resource, soft, hard } => {
                let limit = [*soft, *hard];
                plain(libc::SYS_prlimit64, [0, *resource as usize, limit.as_ptr() as usize, 0, 0])
            }
            Self::Groups(groups) => plain(libc::SYS_setgroups, [groups.len(), groups.as_ptr() as usize, 0, 0, 0]),
            Self::Gid(id) => plain(libc::SYS_setresgid, [*id as usize, *id as usize, *id as usize, 0, 0]),
            Self::Uid(id) => plain(libc::SYS_setresuid, [*id as usize, *id as usize, *id as usize, 0, 0]),
            Self::DropBounding(set) => {
                each(*set, |number| plain(libc::SYS_prctl, [libc::PR_CAPBSET_DROP as usize, number, 0, 0, 0]))
            }
            Self::KeepCapabilities => plain(libc::SYS_prctl, [libc::PR_SET_KEEPCAPS as usize, 1, 0, 0, 0]),
            Self::Capabilities { effective, permitted, inheritable } => {
                set_capabilities([*effective, *permitted, *inheritable])
            }
            Self::Ambient(set) => each(*set, |number| {
                plain(
                    libc::SYS_prctl,
                    [libc::PR_CAP_AMBIENT as usize, libc::PR_CAP_AMBIENT_RAISE as usize, number, 0, 0],
                )
            }),
            Self::KeepAllCapabilities => keep_all_capabilities(),
            Self::ControllingTerminal(terminal) => plain(libc::SYS_ioctl, [descriptor(*terminal), TIOCSCTTY, 0, 0, 0]),
            Self::DieWithParent { parent } => die_with(*parent),
            Self::NoNewPrivileges => plain(libc::SYS_prctl, [libc::PR_SET_NO_NEW_PRIVS as usize, 1, 0, 0, 0]),
        }
    }
}

fn plain(number: libc::c_long, arguments: [usize; 5]) -> Result<(), Errno> {
    // SAFETY: see `Step::perform`, the only one that leads here.
    unsafe { call(number, arguments) }.map(|_| ())
}

fn each(set: u64, mut perform: impl FnMut(usize) -> Result<(), Errno>) -> Result<(), Errno> {
    (0..64usize).filter(|bit| set >> bit & 1 == 1).try_for_each(&mut perform)
}

fn die_with(parent: u32) -> Result<(), Errno> {
    plain(libc::SYS_prctl, [libc::PR_SET_PDEATHSIG as usize, libc::SIGKILL as usize, 0, 0, 0])?;
    // SAFETY: no arguments, cannot fail.
    let present = unsafe { call(libc::SYS_getppid, [0; 5]) }?;
    // 0: it is outside our pid namespace, where its number means nothing; one inside would have taken us in.
    if present == 0 || present == parent as usize { Ok(()) } else { Err(Errno(libc::ESRCH)) }
}

fn keep_all_capabilities() -> Result<(), Errno> {
    set_capabilities([u64::MAX; 3])?;
    let raise = |number| {
        let arguments = [libc::PR_CAP_AMBIENT as usize, libc::PR_CAP_AMBIENT_RAISE as usize, number, 0, 0];
        plain(libc::SYS_prctl, arguments)
    };
    // EINVAL is the first number the kernel has no capability for.
    match (0..64).try_for_each(raise) {
        Err(Errno(libc::EINVAL)) | Ok(()) => Ok(()),
        Err(errno) => Err(errno),
    }
}

/// capset(2) in its third version: 64-bit sets as two halves.
#[expect(clippy::cast_possible_truncation, reason = "the low half, then the high half")]
fn set_capabilities(sets: [u64; 3]) -> Result<(), Errno> {
    const VERSION_3: u32 = 0x2008_0522;
    let header = [VERSION_3, 0];
    let [low, high] = [sets.map(|set| set as u32), sets.map(|set| (set >> 32) as u32)];
    let data = [low, high];
    plain(libc::SYS_capset, [header.as_ptr() as usize, data.as_ptr() as usize, 0, 0, 0])
}

fn write(path: &CStr, text: &[u8]) -> Result<(), Errno> {
    let flags = (libc::O_WRONLY | libc::O_CLOEXEC) as usize;
    // SAFETY: a path that ends in NUL; the descriptor is new and ours.
    let file = unsafe { call(libc::SYS_openat, [descriptor(libc::AT_FDCWD), path.as_ptr() as usize, flags, 0, 0]) }?;
    // SAFETY: the text is valid for its length.
    let written = unsafe { call(libc::SYS_write, [file, text.as_ptr() as usize, text.len(), 0, 0]) };
    // SAFETY: opened above, used by nobody else.
    let _ = unsafe { call(libc::SYS_close, [file, 0, 0, 0, 0]) };
    match written {
        Ok(count) if count == text.len() => Ok(()),
        Ok(_) => Err(Errno(libc::EIO)),
        Err(errno) => Err(errno),
    }
}

/// close_range(2), or the same by hand before Linux 5.9.
pub(super) fn close(first: u32, last: u32) -> Result<(), Errno> {
    match plain(libc::SYS_close_range, [first as usize, last as usize, 0, 0, 0]) {
        Err(Errno(libc::ENOSYS)) => close_listed(first, last),
        other => other,
    }
}

/// Closes what /proc/self/fd lists in the range. The listing goes on by number, so closing meanwhile skips nothing.
fn close_listed(first: u32, last: u32) -> Result<(), Errno> {
    let flags = (libc::O_RDONLY | libc::O_DIRECTORY | libc::O_CLOEXEC) as usize;
    let path = c"/proc/self/fd".as_ptr() as usize;
    // SAFETY: a constant path; the descriptor is new and ours.
    let directory = unsafe { call(libc::SYS_openat, [descriptor(libc::AT_FDCWD), path, flags, 0, 0]) }?;
    let mut buffer = [0u8; 1024];
    loop {
        let target = buffer.as_mut_ptr() as usize;
        // SAFETY: the buffer is valid for its length.
        let filled = unsafe { call(libc::SYS_getdents64, [directory, target, buffer.len(), 0, 0]) }?;
        if filled == 0 {
            break;
        }
        for number in numbers(&buffer[..filled]) {
            if (first..=last).contains(&number) && number as usize != directory {
                plain(libc::SYS_close, [number as usize, 0, 0, 0, 0])?;
            }
        }
    }
    plain(libc::SYS_close, [directory, 0, 0, 0, 0])
}

/// The names in a getdents64(2) buffer that are numbers. An entry: inode, offset, its length (2 bytes at 16), type, name.
fn numbers(mut entries: &[u8]) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        while let [_, ..] = entries {
            let length = usize::from(u16::from_ne_bytes([*entries.get(16)?, *entries.get(17)?]));
            let (entry, rest) = entries.split_at_checked(length)?;
            entries = rest;
            let name = entry.get(19..)?;
            let digits = name.iter().take_while(|byte| **byte != 0);
            let number = digits.copied().try_fold(None, |number: Option<u32>, byte| {
                let digit = (byte as char).to_digit(10)?;
                Some(Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit)?))
            });
            if let Some(Some(number)) = number {
                return Some(number);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str) -> Vec<u8> {
        let length = (19 + name.len() + 1).next_multiple_of(8);
        let mut entry = vec![0; length];
        entry[16..18].copy_from_slice(&u16::try_from(length).unwrap().to_ne_bytes());
        entry[19..19 + name.len()].copy_from_slice(name.as_bytes());
        entry
    }

    #[test]
    fn descriptor_numbers_are_read_from_a_directory_listing() {
        let listing = [".", "..", "0", "17", "4294967295", "4294967296", "1x"].map(entry).concat();
        assert_eq!(numbers(&listing).collect::<Vec<_>>(), [0, 17, u32::MAX]);
        assert_eq!(numbers(&listing[..30]).count(), 0, "a torn entry ends the listing");
    }

    #[test]
    fn each_visits_the_set_bits() {
        let mut seen = Vec::new();
        each(1 << 63 | 1 << 5 | 1, |bit| {
            seen.push(bit);
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, [0, 5, 63]);
    }
}
