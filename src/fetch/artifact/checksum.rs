//! The checksum of what was fetched against the one that was written.

use std::fmt::Write;
use std::fs::File;
use std::io::{self, Read, Seek};

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

/// Compares a file with `type:hexadecimal`.
pub(super) fn check(file: &mut File, expected: &str) -> io::Result<()> {
    let Some((kind, digits)) = expected.split_once(':') else {
        return Err(io::Error::other(format!("the checksum {expected:?} has no type: write \"sha256:…\"")));
    };
    file.rewind()?;
    let found = match kind {
        "md5" => digest::<Md5>(file),
        "sha1" => digest::<Sha1>(file),
        "sha256" => digest::<Sha256>(file),
        "sha512" => digest::<Sha512>(file),
        _ => Err(io::Error::other(format!("{kind:?} is not a type of checksum: md5, sha1, sha256, sha512"))),
    }?;
    if found.eq_ignore_ascii_case(digits) {
        return Ok(());
    }
    Err(io::Error::other(format!("the checksum is not that of the job file: it is {kind}:{found}")))
}

fn digest<D: Digest>(file: &mut File) -> io::Result<String> {
    let mut digest = D::new();
    let mut part = vec![0; 64 * 1024];
    loop {
        match file.read(&mut part) {
            Ok(0) => break,
            Ok(length) => digest.update(&part[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(digest.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn checksums_are_compared() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"abc").unwrap();
        let mut said = |expected: &str| check(&mut file, expected).map_err(|error| error.to_string());
        assert_eq!(said("md5:900150983cd24fb0d6963f7d28e17f72"), Ok(()));
        assert_eq!(said("sha1:A9993E364706816ABA3E25717850C26C9CD0D89D"), Ok(()));
        assert_eq!(said("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), Ok(()));
        assert!(said("sha512:00").unwrap_err().contains("it is sha512:ddaf35a193617aba"));
        assert!(said("crc:00").unwrap_err().contains("not a type"));
        assert!(said("00").unwrap_err().contains("has no type"));
    }
}
