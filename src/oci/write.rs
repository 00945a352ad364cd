//! Bundles onto the disk, into a directory of their own.
//!
//! Nothing that is there already is written over.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use super::{Bundle, directory_of};
use crate::plan::Group;
use crate::supervisor;

/// The bundles of one allocation.
#[derive(Clone, Debug)]
pub struct Allocation {
    /// The name of its directory.
    pub name: String,
    /// The group, with the tasks that are exported.
    pub group: Group,
    /// Its tasks.
    pub bundles: Vec<Bundle>,
}

/// Why there are no bundles, or not all.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// It would be mixed with what is there.
    #[error("{} is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// The system refused.
    #[error("cannot {verb} {}", path.display())]
    Io {
        /// What was tried: `make`, `write` …
        verb: &'static str,
        /// Of what.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A configuration that cannot be written down.
    #[error("cannot write the configuration of task {0:?}")]
    Config(String, #[source] serde_json::Error),
}

/// Writes all bundles beneath a directory that is empty or not there.
///
/// # Errors
/// [`WriteError`]. What was made until then stays.
pub fn write(allocations: &[Allocation], directory: &Path) -> Result<(), WriteError> {
    fs::create_dir_all(directory).map_err(failed("make", directory))?;
    if fs::read_dir(directory).map_err(failed("read", directory))?.next().is_some() {
        return Err(WriteError::NotEmpty(directory.to_owned()));
    }
    allocations.iter().try_for_each(|allocation| write_allocation(allocation, &directory.join(&allocation.name)))
}

fn write_allocation(allocation: &Allocation, directory: &Path) -> Result<(), WriteError> {
    fs::DirBuilder::new().mode(0o711).create(directory).map_err(failed("make", directory))?;
    let handle = File::open(directory).map_err(failed("open", directory))?;
    supervisor::create_directories(handle.as_fd(), &allocation.group).map_err(|(path, source)| WriteError::Io {
        verb: "make",
        path: directory.join(path),
        source,
    })?;
    allocation.bundles.iter().try_for_each(|bundle| write_bundle(bundle, &directory.join(directory_of(&bundle.task))))
}

fn write_bundle(bundle: &Bundle, directory: &Path) -> Result<(), WriteError> {
    let root = directory.join("rootfs");
    fs::create_dir(&root).map_err(failed("make", &root))?;
    let inside = |path: &str| root.join(path.trim_start_matches('/'));
    for (path, mode) in &bundle.root.directories {
        let path = inside(path);
        fs::create_dir_all(&path).map_err(failed("make", &path))?;
        fs::set_permissions(&path, Permissions::from_mode(*mode)).map_err(failed("change the mode of", &path))?;
    }
    for path in bundle.root.files.iter().map(|path| inside(path)) {
        make_parent(&path)?;
        new_file(&path, 0o644)?;
    }
    for (path, target) in &bundle.root.links {
        let path = inside(path);
        make_parent(&path)?;
        symlink(target, &path).map_err(failed("make", &path))?;
    }
    for (name, content) in &bundle.texts {
        let path = directory.join(name);
        make_parent(&path)?;
        new_file(&path, 0o644)?.write_all(content.as_bytes()).map_err(failed("write", &path))?;
    }
    let mut text = serde_json::to_string_pretty(&bundle.config)
        .map_err(|source| WriteError::Config(bundle.task.clone(), source))?;
    text.push('\n');
    let path = directory.join("config.json");
    // An environment may hold secrets.
    new_file(&path, 0o600)?.write_all(text.as_bytes()).map_err(failed("write", &path))
}

fn make_parent(path: &Path) -> Result<(), WriteError> {
    path.parent().map_or(Ok(()), |parent| fs::create_dir_all(parent).map_err(failed("make", parent)))
}

fn new_file(path: &Path, mode: u32) -> Result<File, WriteError> {
    File::options().write(true).create_new(true).mode(mode).open(path).map_err(failed("make", path))
}

fn failed(verb: &'static str, path: &Path) -> impl FnOnce(io::Error) -> WriteError {
    let path = path.to_owned();
    move |source| WriteError::Io { verb, path, source }
}
