//! Archives that strangers made, unpacked into a directory that nothing of them leaves.
//!
//! Which kinds there are, and by which names; the limits and what is refused are in `unpacking`.

mod compression;
mod tar;
mod unpacking;
mod zip;

use std::fs::File;
use std::io::{self, Read, Seek, Write};

pub(super) use compression::Compression;
pub(super) use unpacking::{Limits, Unpacking};

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    /// A tar archive, as it is or compressed.
    Tar(Option<Compression>),
    /// A zip archive.
    Zip,
    /// One compressed file.
    Single(Compression),
}

/// By the ends of names; the longer ones first.
const NAMES: [(&str, Packing); 15] = [
    ("tar.gz", Packing::Tar(Some(Compression::Gzip))),
    ("tar.bz2", Packing::Tar(Some(Compression::Bzip2))),
    ("tar.xz", Packing::Tar(Some(Compression::Xz))),
    ("tar.zst", Packing::Tar(Some(Compression::Zstandard))),
    ("tgz", Packing::Tar(Some(Compression::Gzip))),
    ("tbz2", Packing::Tar(Some(Compression::Bzip2))),
    ("txz", Packing::Tar(Some(Compression::Xz))),
    ("tzst", Packing::Tar(Some(Compression::Zstandard))),
    ("tar", Packing::Tar(None)),
    ("zip", Packing::Zip),
    ("gz", Packing::Single(Compression::Gzip)),
    ("bz2", Packing::Single(Compression::Bzip2)),
    ("xz", Packing::Single(Compression::Xz)),
    ("zst", Packing::Single(Compression::Zstandard)),
    ("zstd", Packing::Single(Compression::Zstandard)),
];

impl Packing {
    /// By what is written for it: `tar.gz`.
    pub(super) fn named(kind: &str) -> Option<Self> {
        NAMES.iter().find(|(name, _)| *name == kind).map(|(_, packing)| *packing)
    }

    /// By a file's name; with the name of what is in it, which for one compressed file says what it will be called.
    pub(super) fn of_file(name: &str) -> Option<(Self, &str)> {
        let cut = |end: &str| name.strip_suffix(end)?.strip_suffix('.').filter(|rest| !rest.is_empty());
        NAMES.iter().find_map(|(end, packing)| Some((*packing, cut(end)?)))
    }
}

/// Unpacks an archive of several files.
pub(super) fn unpack(packing: Packing, mut file: File, into: &mut Unpacking<'_>) -> io::Result<()> {
    file.rewind()?;
    match packing {
        Packing::Tar(None) => tar::unpack(file, into),
        Packing::Tar(Some(compression)) => tar::unpack(compression.reader(file)?, into),
        Packing::Zip => zip::unpack(file, into),
        Packing::Single(_) => Err(io::Error::other("it is one file, not a directory of files")),
    }
}

/// Unpacks one compressed file.
pub(super) fn decompress(compression: Compression, mut file: File, limits: Limits, to: &mut File) -> io::Result<()> {
    file.rewind()?;
    let mut reader = compression.reader(file)?;
    let mut part = vec![0; 64 * 1024];
    let mut written = 0;
    loop {
        let length = match reader.read(&mut part) {
            Ok(0) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            length => length?,
        };
        written += length as u64;
        limits.check_bytes(written)?;
        to.write_all(&part[..length])?;
    }
}
