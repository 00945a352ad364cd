//! Compressed files, read as what is in them. Memory is bounded whatever the file asks for.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// The largest dictionary of xz, in KiB: what `xz -9` wants, and its own need.
const XZ_MEMORY: u32 = 128 * 1024;
/// How much of a frame is decoded at a time.
const PART: usize = 128 * 1024;

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::fetch) enum Compression {
    /// RFC 1952
    Gzip,
    /// bzip2
    Bzip2,
    /// xz
    Xz,
    /// RFC 8878
    Zstandard,
}

impl Compression {
    /// What is in the file, to the end of the last of its streams.
    pub(super) fn reader(self, file: File) -> io::Result<Box<dyn Read>> {
        let mut file = BufReader::with_capacity(64 * 1024, file);
        if file.fill_buf()?.is_empty() {
            return Err(io::Error::other("it is empty"));
        }
        Ok(match self {
            Self::Gzip => Box::new(MultiGzDecoder::new(file)),
            Self::Bzip2 => Box::new(MultiBzDecoder::new(file)),
            Self::Xz => Box::new(XzReader::new_mem_limit(file, true, XZ_MEMORY)),
            Self::Zstandard => Box::new(Zstandard { source: file, decoder: FrameDecoder::new(), begun: false }),
        })
    }
}

/// All frames of a file, one after the other.
struct Zstandard {
    source: BufReader<File>,
    decoder: FrameDecoder,
    begun: bool,
}

impl Read for Zstandard {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.decoder.can_collect() == 0 {
            if !self.begun || self.decoder.is_finished() {
                if self.source.fill_buf()?.is_empty() {
                    return Ok(0);
                }
                self.next_frame()?;
                continue;
            }
            let strategy = BlockDecodingStrategy::UptoBytes(PART);
            self.decoder.decode_blocks(&mut self.source, strategy).map_err(io::Error::other)?;
        }
        self.decoder.read(buffer)
    }
}

impl Zstandard {
    /// Begins a frame, or passes over one that holds none of the content.
    fn next_frame(&mut self) -> io::Result<()> {
        const SKIPPED: [u8; 3] = [0x2a, 0x4d, 0x18];
        let start = self.source.fill_buf()?;
        if start.len() >= 8 && start[0] & 0xf0 == 0x50 && start[1..4] == SKIPPED {
            let length = u64::from(u32::from_le_bytes([start[4], start[5], start[6], start[7]]));
            io::copy(&mut self.source.by_ref().take(8 + length), &mut io::sink())?;
            return Ok(());
        }
        self.begun = true;
        self.decoder.reset(&mut self.source).map_err(io::Error::other)
    }
}
