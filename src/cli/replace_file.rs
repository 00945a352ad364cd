//! Replacing a file's content at once: readers see the old text or the new one, whole.
//!
//! Knows modes, owners and links; nothing of what is written.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, fchown};
use std::path::{Path, PathBuf};

/// Symbolic links followed, as many as the kernel does (path_resolution(7)).
const MOST_LINKS: usize = 40;

/// Writes a new content beside a file and renames it into its place. Mode and, where the kernel allows it, owner stay;
/// a symbolic link stays and what it leads to is replaced.
///
/// # Errors
/// Those of the file system; the old content is whole then.
pub(super) fn replace(file: &Path, content: &[u8]) -> io::Result<()> {
    let file = follow(file)?;
    let metadata = fs::metadata(&file)?;
    let directory = file.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
    let name = file.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut temporary_name = std::ffi::OsString::from(".");
    temporary_name.push(name);
    temporary_name.push(format!(".{}", std::process::id()));
    let temporary = directory.join(temporary_name);
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&temporary)
        .and_then(|out| fill(out, content, &metadata))
        .and_then(|()| fs::rename(&temporary, &file));
    if let Err(error) = written {
        if error.kind() != io::ErrorKind::AlreadyExists {
            // The write has failed, and that is what is reported.
            let _ = fs::remove_file(&temporary);
        }
        return Err(error);
    }
    Ok(())
}

fn fill(mut out: File, content: &[u8], old: &fs::Metadata) -> io::Result<()> {
    // Only root may give a file away; others own what they replace, or what they write is theirs.
    let _ = fchown(&out, Some(old.uid()), Some(old.gid()));
    out.set_permissions(old.permissions())?;
    out.write_all(content)?;
    out.sync_all()
}

/// Where a chain of symbolic links ends.
fn follow(file: &Path) -> io::Result<PathBuf> {
    let mut path = file.to_owned();
    for _ in 0..MOST_LINKS {
        if !fs::symlink_metadata(&path)?.is_symlink() {
            return Ok(path);
        }
        let target = fs::read_link(&path)?;
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    Err(io::Error::other("too many symbolic links"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn mode_and_links_stay() {
        let directory = tempfile::tempdir().unwrap();
        let (file, link) = (directory.path().join("a"), directory.path().join("b"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("a", &link).unwrap();
        replace(&link, b"new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_circle_of_links_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        symlink("b", directory.path().join("a")).unwrap();
        symlink("a", directory.path().join("b")).unwrap();
        assert!(replace(&directory.path().join("a"), b"").is_err());
    }
}
