//! tar archives: ustar, GNU and pax.

use std::io::{self, Read};

use tar::{Archive, EntryType};

use super::Unpacking;

/// Unpacks all entries.
pub(super) fn unpack(reader: impl Read, into: &mut Unpacking<'_>) -> io::Result<()> {
    for entry in Archive::new(reader).entries()? {
        let mut entry = entry?;
        let kind = entry.header().entry_type();
        if kind == EntryType::XGlobalHeader {
            continue;
        }
        let Some(path) = into.entry(&entry.path_bytes())? else { continue };
        let mode = entry.header().mode()?;
        match kind {
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => into.file(&path, mode, &mut entry)?,
            EntryType::Directory => into.directory(&path, mode)?,
            EntryType::Symlink | EntryType::Link => {
                let target = entry.link_name_bytes().unwrap_or_default().into_owned();
                if kind == EntryType::Link {
                    into.hard_link(&path, &target)?;
                } else {
                    into.symbolic_link(&path, &target)?;
                }
            }
            other => {
                let what = match other {
                    EntryType::Char | EntryType::Block => "a device node",
                    EntryType::Fifo => "a named pipe",
                    _ => "of a kind that is not known",
                };
                return Err(io::Error::other(format!("the entry {} is {what}", path.display())));
            }
        }
    }
    Ok(())
}
