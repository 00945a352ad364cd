//! Performs the steps of a task's world, one after the other, in a process that has its own mount namespace.
//!
//! One `match`, short arms; why a step comes when it does is said in `lower`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Mode, OFlags};
use rustix::io::Errno;
use rustix::mount::{MountPropagationFlags, UnmountFlags};

use super::destination::{Missing, is_directory, parent, resolve, resolve_or_make};
use super::{Method, SetupOp, by_descriptor, by_path};
use crate::plan::DeviceKind;

/// Performs steps. What it holds is closed when it goes.
#[derive(Debug)]
pub struct Performer {
    method: Method,
    trees: BTreeMap<usize, OwnedFd>,
    root: Option<OwnedFd>,
}

impl Performer {
    /// Nothing done yet.
    pub fn new(method: Method) -> Self {
        Self { method, trees: BTreeMap::new(), root: None }
    }

    /// Performs one step.
    ///
    /// # Errors
    /// The kernel's.
    pub fn perform(&mut self, op: &SetupOp) -> io::Result<()> {
        match op {
            SetupOp::JoinNetwork { path } => join_network(path),
            SetupOp::Hostname { name } => Ok(rustix::system::sethostname(name.as_bytes())?),
            SetupOp::OpenTree { tree, source } => {
                self.trees.insert(*tree, by_descriptor::open_tree(source)?);
                Ok(())
            }
            SetupOp::CutOff => cut_off("/"),
            SetupOp::NewRoot => {
                self.root = Some(match self.method {
                    Method::Descriptors => by_descriptor::new_root()?,
                    Method::Paths => by_path::new_root()?,
                });
                Ok(())
            }
            SetupOp::Symlink { path, target } => {
                let (above, name) = parent(self.root()?, Path::new(path))?;
                Ok(rustix::fs::symlinkat(target, above, name)?)
            }
            SetupOp::Device { path, kind, major, minor, mode } => {
                make_device(self.root()?, path, *kind, (*major, *minor), *mode)
            }
            SetupOp::BindDevice { path, source } => {
                let destination = resolve_or_make(self.root()?, Path::new(path), Missing::File)?;
                match self.method {
                    Method::Descriptors => by_descriptor::bind_device(source, destination.as_fd()),
                    Method::Paths => by_path::bind_device(source, destination.as_fd()),
                }
            }
            SetupOp::AttachTree { tree, destination, flags, propagation } => {
                let tree = self.trees.remove(tree).ok_or(Errno::BADF)?;
                let destination = destination_for(self.root()?, tree.as_fd(), destination)?;
                by_descriptor::attach(tree.as_fd(), destination.as_fd(), *flags, *propagation)
            }
            SetupOp::Bind { source, destination, flags, propagation } => {
                by_path::bind(self.root()?, source, Path::new(destination), *flags, *propagation)
            }
            SetupOp::FileSystem { kind, options, destination, flags } => {
                let destination = Path::new(destination);
                let handle = resolve_or_make(self.root()?, destination, Missing::Directory)?;
                match self.method {
                    Method::Descriptors => by_descriptor::file_system(kind, options, handle.as_fd(), *flags),
                    Method::Paths => by_path::file_system(kind, options, handle.as_fd(), *flags),
                }
            }
            SetupOp::Text { content, destination } => self.text(content, Path::new(destination)),
            SetupOp::ReadOnly { path } => self.on_existing(path, |method, root, handle| match method {
                Method::Descriptors => by_descriptor::read_only(handle),
                Method::Paths => by_path::read_only(root, Path::new(path), handle),
            }),
            SetupOp::Mask { path } => self.on_existing(path, |method, root, handle| {
                let directory = is_directory(handle)?;
                match method {
                    Method::Descriptors => by_descriptor::mask(handle, directory),
                    Method::Paths => by_path::mask(root, Path::new(path), handle, directory),
                }
            }),
            SetupOp::SealRoot => match self.method {
                Method::Descriptors => by_descriptor::seal(self.root()?),
                Method::Paths => by_path::seal(self.root()?),
            },
            SetupOp::Pivot { cut_off } => pivot(self.root()?, *cut_off),
            SetupOp::MoveRoot { cut_off } => move_root(self.root()?, *cut_off),
        }
    }

    fn root(&self) -> io::Result<BorrowedFd<'_>> {
        self.root.as_ref().map(AsFd::as_fd).ok_or_else(|| Errno::BADF.into())
    }

    /// The text lies in the new root's own tmpfs just long enough to be bound.
    fn text(&self, content: &str, destination: &Path) -> io::Result<()> {
        let root = self.root()?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let file = rustix::fs::openat(root, TEXT, flags, Mode::from_raw_mode(0o644))?;
        std::fs::File::from(file).write_all(content.as_bytes())?;
        let source = resolve(root, Path::new(TEXT))?;
        let handle = resolve_or_make(root, destination, Missing::File)?;
        match self.method {
            Method::Descriptors => by_descriptor::text(source.as_fd(), handle.as_fd())?,
            Method::Paths => by_path::text(root, source.as_fd(), destination, handle.as_fd())?,
        }
        Ok(rustix::fs::unlinkat(root, TEXT, AtFlags::empty())?)
    }

    fn on_existing(
        &self,
        path: &str,
        perform: impl FnOnce(Method, BorrowedFd<'_>, BorrowedFd<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        match resolve(self.root()?, Path::new(path)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            handle => perform(self.method, self.root()?, handle?.as_fd()),
        }
    }
}

fn destination_for(root: BorrowedFd<'_>, source: BorrowedFd<'_>, destination: &str) -> io::Result<OwnedFd> {
    let missing = if is_directory(source)? { Missing::Directory } else { Missing::File };
    resolve_or_make(root, Path::new(destination), missing)
}

fn join_network(path: &Path) -> io::Result<()> {
    let namespace = rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
    Ok(rustix::thread::move_into_link_name_space(namespace.as_fd(), Some(rustix::thread::LinkNameSpaceType::Network))?)
}

fn make_device(root: BorrowedFd<'_>, path: &str, kind: DeviceKind, number: (u32, u32), mode: u32) -> io::Result<()> {
    let (above, name) = parent(root, Path::new(path))?;
    let kind = match kind {
        DeviceKind::Character => rustix::fs::FileType::CharacterDevice,
        DeviceKind::Block => rustix::fs::FileType::BlockDevice,
    };
    let device = rustix::fs::makedev(number.0, number.1);
    Ok(rustix::fs::mknodat(above, name, kind, Mode::from_raw_mode(mode), device)?)
}

/// Every mount here becomes a slave of its peers on the host.
fn cut_off(path: &str) -> io::Result<()> {
    let flags = MountPropagationFlags::REC | MountPropagationFlags::DOWNSTREAM;
    Ok(rustix::mount::mount_change(path, flags)?)
}

/// pivot_root(2), "pivot_root(".", ".")": the old root lies on top of the new one, and is let go from there.
fn pivot(root: BorrowedFd<'_>, cut_off_first: bool) -> io::Result<()> {
    let old = rustix::fs::open("/", OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    rustix::process::fchdir(root)?;
    rustix::process::pivot_root(".", ".")?;
    // Into the old root first: "." would be the new one, and its volumes would be cut off too.
    rustix::process::fchdir(&old)?;
    if cut_off_first {
        // Or letting go would reach the host and unmount all it has.
        cut_off(".")?;
    }
    rustix::mount::unmount(".", UnmountFlags::DETACH)?;
    Ok(rustix::process::chdir("/")?)
}

fn move_root(root: BorrowedFd<'_>, cut_off_first: bool) -> io::Result<()> {
    if cut_off_first {
        // Not the root on which we work: its volumes keep what they have.
        by_path::cut_off_all_but(root)?;
    }
    rustix::process::fchdir(root)?;
    rustix::mount::mount_move(".", "/")?;
    rustix::process::chroot(".")?;
    Ok(rustix::process::chdir("/")?)
}

/// The directory on which the new root is mounted for a while: on a mount that holds nothing a task needs from the host.
pub(super) const WORKBENCH: &str = "/proc/sys";

/// Where a text lies until it is bound.
const TEXT: &str = ".text";

/// For opening by path on the host.
pub(super) fn open_path(path: &Path) -> io::Result<OwnedFd> {
    Ok(rustix::fs::openat(CWD, path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?)
}
