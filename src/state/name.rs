//! Names of jobs, namespaces and tasks as single path components.
//!
//! One way only: the documents hold the names as they are, so nothing needs to be decoded.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The longest encoded name in bytes; with room for what is put behind it (`.stdout.12345`) beneath NAME_MAX.
const LONGEST: usize = 200;
/// How much of a longer name is kept in front of its digest.
const KEPT: usize = 120;

/// `name` as one path component: `/`, `%`, control characters, what is not ASCII and a leading dot are percent-encoded. Different names
/// stay different; one that becomes longer than 200 bytes is cut and told apart by its SHA-256.
pub fn encode(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for (position, byte) in name.bytes().enumerate() {
        let plain = byte.is_ascii_graphic() && byte != b'/' && byte != b'%' && !(position == 0 && byte == b'.');
        if plain {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    if encoded.is_empty() {
        // No name encodes to a lone percent sign.
        encoded.push('%');
    }
    if encoded.len() > LONGEST {
        encoded.truncate(KEPT);
        encoded += "%~";
        for byte in Sha256::digest(name.as_bytes()) {
            let _ = write!(encoded, "{byte:02x}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_every_name_one_component() {
        for (name, encoded) in [
            ("web", "web"),
            ("web-1.2_x@y", "web-1.2_x@y"),
            ("../../../etc/x", "%2E.%2F..%2F..%2Fetc%2Fx"),
            (".", "%2E"),
            ("..", "%2E."),
            ("a/b", "a%2Fb"),
            ("a%2Fb", "a%252Fb"),
            ("a b\n", "a%20b%0A"),
            ("é", "%C3%A9"),
            ("", "%"),
        ] {
            assert_eq!(encode(name), encoded, "{name}");
        }
    }

    #[test]
    fn long_names_stay_different_and_fit() {
        let (one, two) = ("a".repeat(5000), "a".repeat(5001));
        assert_ne!(encode(&one), encode(&two));
        assert!(encode(&one).len() <= LONGEST && encode(&two).len() <= LONGEST);
        assert_eq!(encode(&"a".repeat(LONGEST)).len(), LONGEST);
        assert!(encode(&"/".repeat(100)).len() <= LONGEST);
    }
}
