//! zip archives.

use std::fs::File;
use std::io::{self, BufReader, Read};

use zip::ZipArchive;

use super::Unpacking;

/// The longest target of a symbolic link (`PATH_MAX`).
const TARGET: u64 = 4096;
/// What of a mode says the kind of a file, and which kinds there are (inode(7)).
const KIND: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
const DIRECTORY: u32 = 0o040_000;
const LINK: u32 = 0o120_000;

/// Unpacks all entries.
pub(super) fn unpack(file: File, into: &mut Unpacking<'_>) -> io::Result<()> {
    let mut archive = ZipArchive::new(BufReader::new(file))?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let Some(path) = into.entry(entry.name_raw())? else { continue };
        let mode = entry.unix_mode();
        let kind = mode.map_or(0, |mode| mode & KIND);
        if entry.is_dir() {
            into.directory(&path, mode.unwrap_or(0o755))?;
            continue;
        }
        match kind {
            0 | REGULAR => into.file(&path, mode.unwrap_or(0o644), &mut entry)?,
            LINK => {
                let mut target = Vec::new();
                entry.by_ref().take(TARGET).read_to_end(&mut target)?;
                into.symbolic_link(&path, &target)?;
            }
            DIRECTORY => into.directory(&path, mode.unwrap_or(0o755))?,
            _ => {
                let message = format!("the entry {} is neither file, directory nor link", path.display());
                return Err(io::Error::other(message));
            }
        }
    }
    Ok(())
}
