//! The files that a command line names: each by itself, or those of a kind in a directory.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The files named, and in the directories named those that are `wanted`, in order of name. What is hidden is passed over.
///
/// # Errors
/// A directory cannot be read: the one that was named.
pub(super) fn files(named: &[PathBuf], wanted: impl Fn(&Path) -> bool) -> Result<Vec<PathBuf>, (PathBuf, io::Error)> {
    let mut files = Vec::new();
    for path in named {
        if path.is_dir() {
            collect(path, &wanted, &mut files).map_err(|error| (path.clone(), error))?;
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn collect(directory: &Path, wanted: &impl Fn(&Path) -> bool, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = fs::read_dir(directory)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, kind) = (entry.path(), entry.file_type()?);
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if kind.is_dir() {
            collect(&path, wanted, files)?;
        } else if kind.is_file() && wanted(&path) {
            files.push(path);
        }
    }
    Ok(())
}
