//! The identifier of an allocation: a random UUID (RFC 9562, version 4), as Nomad has it.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Error;

/// `6f1c0c1e-0d5b-4f0a-9a53-2f6d4f1f8e11`: lower case, and so a path component as it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AllocationId(String);

impl AllocationId {
    /// A new one.
    ///
    /// # Errors
    /// The kernel gives no random bytes.
    pub fn random() -> std::io::Result<Self> {
        let mut bytes = [0_u8; 16];
        let mut filled = 0;
        while filled < bytes.len() {
            filled += rustix::rand::getrandom(&mut bytes[filled..], rustix::rand::GetRandomFlags::empty())?;
        }
        Ok(Self::of_bytes(bytes))
    }

    /// The one that belongs to a text: the same for the same text.
    pub fn derived(text: &str) -> Self {
        let mut bytes = [0_u8; 16];
        bytes.copy_from_slice(&Sha256::digest(text.as_bytes())[..16]);
        Self::of_bytes(bytes)
    }

    fn of_bytes(mut bytes: [u8; 16]) -> Self {
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let digits = format!("{:032x}", u128::from_be_bytes(bytes));
        Self([&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-"))
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// [`Error::Identifier`] for anything else.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let fits = text.len() == 36
            && text.bytes().enumerate().all(|(position, byte)| match position {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            });
        if fits { Ok(Self(text.to_owned())) } else { Err(Error::Identifier(text.to_owned())) }
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first eight digits, for people.
    pub fn short(&self) -> &str {
        &self.0[..8]
    }
}

impl TryFrom<String> for AllocationId {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        Self::parse(&text)
    }
}

impl From<AllocationId> for String {
    fn from(id: AllocationId) -> Self {
        id.0
    }
}

impl fmt::Display for AllocationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_form_of_version_4() {
        assert_eq!(AllocationId::of_bytes([0xff; 16]).as_str(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(AllocationId::of_bytes([0; 16]).as_str(), "00000000-0000-4000-8000-000000000000");
        assert_eq!(AllocationId::derived("a").as_str(), AllocationId::derived("a").as_str());
        assert_ne!(AllocationId::derived("a"), AllocationId::derived("b"));
        let one = AllocationId::random().unwrap();
        assert_ne!(one, AllocationId::random().unwrap());
        assert_eq!(AllocationId::parse(one.as_str()).unwrap(), one);
        assert_eq!(one.short().len(), 8);
    }

    #[test]
    fn nothing_else_is_one() {
        for text in
            ["", "..", "ffffffff-ffff-4fff-bfff-fffffffffff", "FFFFFFFF-ffff-4fff-bfff-ffffffffffff", &"-".repeat(36)]
        {
            assert!(AllocationId::parse(text).is_err(), "{text}");
        }
    }
}
