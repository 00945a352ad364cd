//! Paths inside a root that others can write to: resolved so that no symbolic link leads out of it, missing parts made on the way.
//!
//! openat2(2) with `RESOLVE_IN_ROOT`; by hand before Linux 5.6.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::path::{Component, Path};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, ResolveFlags, fstat, mkdirat, openat, openat2, readlinkat};
use rustix::io::Errno;

/// What a missing destination becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// A directory.
    Directory,
    /// An empty file, for a bind of a file.
    File,
}

/// How many links may lie on a path, as in the kernel.
const LINKS: usize = 40;
/// How often a walk is repeated that a rename disturbed.
const RACES: usize = 128;

/// A handle (`O_PATH`) for a path inside the root.
///
/// # Errors
/// ENOENT if it is not there; ELOOP for a link through /proc or one that leads in a circle.
pub(super) fn resolve(root: BorrowedFd<'_>, path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::CLOEXEC;
    let how = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
    for _ in 0..RACES {
        match openat2(root, relative(path), flags, Mode::empty(), how) {
            Err(Errno::AGAIN) => {}
            Err(Errno::NOSYS) => return walk(root, path),
            other => return Ok(other?),
        }
    }
    Err(Errno::AGAIN.into())
}

/// As [`resolve`], but what is missing is made: directories on the way, and the last part as said.
pub(super) fn resolve_or_make(root: BorrowedFd<'_>, path: &Path, missing: Missing) -> io::Result<OwnedFd> {
    match resolve(root, path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        other => return other,
    }
    let (Some(above), Some(name)) = (path.parent(), path.file_name()) else { return Err(Errno::NOENT.into()) };
    let above = resolve_or_make(root, above, Missing::Directory)?;
    let made = match missing {
        Missing::Directory => mkdirat(&above, name, Mode::from_raw_mode(0o755)),
        Missing::File => {
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
            openat(&above, name, flags, Mode::from_raw_mode(0o644)).map(drop)
        }
    };
    match made {
        Ok(()) | Err(Errno::EXIST) => {}
        Err(errno) => return Err(errno.into()),
    }
    // What stands there now, not what a link that was put there meanwhile leads to.
    let handle = openat(&above, name, OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?;
    match FileType::from_raw_mode(fstat(&handle)?.st_mode) {
        FileType::Symlink => Err(Errno::LOOP.into()),
        _ => Ok(handle),
    }
}

/// The directory a path lies in, made if it is missing, and its last part.
pub(super) fn parent(root: BorrowedFd<'_>, path: &Path) -> io::Result<(OwnedFd, OsString)> {
    let name = path.file_name().ok_or(Errno::INVAL)?.to_owned();
    let above = path.parent().unwrap_or(Path::new("/"));
    Ok((resolve_or_make(root, above, Missing::Directory)?, name))
}

fn relative(path: &Path) -> &Path {
    let stripped = path.strip_prefix("/").unwrap_or(path);
    if stripped.as_os_str().is_empty() { Path::new(".") } else { stripped }
}

/// The same by hand: component by component, never following a link but reading it, `..` by the handles passed on the way.
fn walk(root: BorrowedFd<'_>, path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut passed: Vec<OwnedFd> = Vec::new();
    let mut ahead = parts(path);
    let mut links = 0;
    while let Some(part) = ahead.pop_front() {
        if part == ".." {
            passed.pop();
            continue;
        }
        let here = passed.last().map_or(root, AsFd::as_fd);
        let next = openat(here, &part, flags, Mode::empty())?;
        if FileType::from_raw_mode(fstat(&next)?.st_mode) != FileType::Symlink {
            passed.push(next);
            continue;
        }
        links += 1;
        // A link of /proc leads where no path does: it is not read, it is refused.
        if links > LINKS || rustix::fs::fstatfs(&next)?.f_type == rustix::fs::PROC_SUPER_MAGIC {
            return Err(Errno::LOOP.into());
        }
        let target = OsString::from_vec(readlinkat(&next, c"", Vec::new())?.into_bytes());
        if Path::new(&target).is_absolute() {
            passed.clear();
        }
        for part in parts(Path::new(&target)).into_iter().rev() {
            ahead.push_front(part);
        }
    }
    match passed.pop() {
        Some(handle) => Ok(handle),
        None => Ok(openat(root, c".", flags, Mode::empty())?),
    }
}

fn parts(path: &Path) -> VecDeque<OsString> {
    let part = |component: Component<'_>| match component {
        Component::Normal(_) | Component::ParentDir => Some(component.as_os_str().to_owned()),
        _ => None,
    };
    path.components().filter_map(part).collect()
}

/// Whether what a handle holds is a directory.
pub(super) fn is_directory(handle: BorrowedFd<'_>) -> io::Result<bool> {
    let status = rustix::fs::statat(handle, c"", AtFlags::EMPTY_PATH)?;
    Ok(FileType::from_raw_mode(status.st_mode) == FileType::Directory)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, symlink};

    use super::*;

    type Resolve = fn(BorrowedFd<'_>, &Path) -> io::Result<OwnedFd>;

    fn root() -> (tempfile::TempDir, OwnedFd) {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir_all(directory.path().join("etc/deep")).unwrap();
        for (link, target) in [
            ("absolute", "/etc"),
            ("upwards", "../../../../etc"),
            ("loop", "loop"),
            ("dangling", "/etc/nothing"),
            ("etc/deep/back", "../.."),
        ] {
            symlink(target, directory.path().join(link)).unwrap();
        }
        let handle = openat(rustix::fs::CWD, directory.path(), OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).unwrap();
        (directory, handle)
    }

    #[test]
    fn links_stay_inside_the_root() {
        let (directory, root) = root();
        let inode = |path: &str| fs::metadata(directory.path().join(path)).unwrap().ino();
        for resolve in [resolve as Resolve, walk as Resolve] {
            let found = |path: &str| resolve(root.as_fd(), Path::new(path)).map(|handle| fstat(handle).unwrap().st_ino);
            assert_eq!(found("/").unwrap(), inode("."));
            assert_eq!(found("/absolute/deep").unwrap(), inode("etc/deep"));
            assert_eq!(found("/upwards").unwrap(), inode("etc"));
            assert_eq!(found("/etc/deep/back/etc").unwrap(), inode("etc"));
            assert_eq!(found("/../../etc").unwrap(), inode("etc"));
            assert_eq!(found("/loop").unwrap_err().raw_os_error(), Some(libc::ELOOP));
            assert_eq!(found("/dangling").unwrap_err().kind(), io::ErrorKind::NotFound);
        }
    }

    #[test]
    fn links_of_proc_are_refused() {
        let proc = openat(rustix::fs::CWD, "/proc", OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).unwrap();
        for resolve in [resolve as Resolve, walk as Resolve] {
            let error = resolve(proc.as_fd(), Path::new("/self/root/etc")).unwrap_err();
            assert_eq!(error.raw_os_error(), Some(libc::ELOOP));
        }
    }

    #[test]
    fn what_is_missing_is_made_inside_the_root() {
        let (directory, root) = root();
        resolve_or_make(root.as_fd(), Path::new("/absolute/new/er"), Missing::Directory).unwrap();
        assert!(directory.path().join("etc/new/er").is_dir());
        resolve_or_make(root.as_fd(), Path::new("/upwards/file"), Missing::File).unwrap();
        assert!(directory.path().join("etc/file").is_file());
    }

    #[test]
    fn a_link_that_leads_to_nothing_is_not_made_into_something() {
        let (directory, root) = root();
        let error = resolve_or_make(root.as_fd(), Path::new("/dangling"), Missing::Directory).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::ELOOP));
        assert!(!directory.path().join("etc/nothing").exists());
    }
}
