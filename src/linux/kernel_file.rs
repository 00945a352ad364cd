//! Files that the kernel writes as they are read: /proc, /sys, cgroups.
//!
//! Reads them whole; what they say is for those who ask.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Longer than most of them, so that one read takes one in.
const USUAL: usize = 8 * 1024;

/// The whole of such a file. Its length is 0 to whoever asks, so [`std::fs::read`] begins with 32 bytes and doubles; the kernel makes
/// some (/proc/self/mountinfo) anew for each part that is read.
///
/// # Errors
/// Those of opening and reading.
pub fn read(path: impl AsRef<Path>) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut bytes = vec![0; USUAL];
    let mut length = 0;
    loop {
        match file.read(&mut bytes[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if length == bytes.len() {
            bytes.resize(length * 2, 0);
        }
    }
    bytes.truncate(length);
    Ok(bytes)
}

/// The same as text.
///
/// # Errors
/// As [`read`], and `InvalidData` for what is not UTF-8.
pub fn read_text(path: impl AsRef<Path>) -> io::Result<String> {
    String::from_utf8(read(path)?).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_all_of_short_and_long_files() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        for length in [0, 1, USUAL - 1, USUAL, USUAL + 1, 5 * USUAL] {
            let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(length).collect();
            std::fs::write(&path, &bytes).unwrap();
            assert_eq!(read(&path).unwrap(), bytes, "{length}");
        }
        let own = format!("/proc/{}/stat", std::process::id());
        assert!(read_text(own).unwrap().starts_with(&format!("{} (", std::process::id())));
        assert_eq!(read_text(&path).unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert_eq!(read("/proc/none").unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
