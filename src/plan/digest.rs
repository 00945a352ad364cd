//! A plan's name: the SHA-256 of its canonical form.
//!
//! The name only; the canonical form is made in `canonical`.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// `sha256-` and 64 lower-case hexadecimal digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct Digest(String);

/// A text that is no digest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a digest: `sha256-` and 64 lower-case hexadecimal digits")]
pub struct ParseDigestError(String);

impl Digest {
    /// The part before the digits.
    pub const PREFIX: &str = "sha256-";

    /// The digest of a plan's canonical form.
    pub fn of(canonical: &[u8]) -> Self {
        use fmt::Write;
        let mut text = String::with_capacity(Self::PREFIX.len() + 64);
        text.push_str(Self::PREFIX);
        for byte in Sha256::digest(canonical) {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    /// As text: the name of a stored plan without its ending.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first eight digits, for people.
    pub fn short(&self) -> &str {
        &self.0[Self::PREFIX.len()..Self::PREFIX.len() + 8]
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// Anything but the prefix and 64 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, ParseDigestError> {
        let digits = text.strip_prefix(Self::PREFIX).unwrap_or_default();
        let fits = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if digits.len() != 64 || !digits.bytes().all(fits) {
            return Err(ParseDigestError(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Digest {
    type Error = ParseDigestError;

    fn try_from(text: String) -> Result<Self, ParseDigestError> {
        Self::parse(&text)
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_sha_256_of_the_bytes() {
        // FIPS 180-2, appendix B.1
        let expected = "sha256-ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Digest::of(b"abc").as_str(), expected);
    }

    #[test]
    fn only_the_one_spelling_is_a_digest() {
        let digits = "0123456789abcdef".repeat(4);
        let digest = Digest::parse(&format!("sha256-{digits}")).unwrap();
        assert_eq!(digest.short(), "01234567");
        for text in [
            String::new(),
            digits.clone(),
            format!("sha256-{}", digits.to_uppercase()),
            format!("sha256-{}", &digits[1..]),
            format!("sha256-{digits}/.."),
        ] {
            assert!(Digest::parse(&text).is_err(), "{text}");
        }
    }
}
