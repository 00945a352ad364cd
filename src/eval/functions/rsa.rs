//! `rsadecrypt`: RSAES-PKCS1-v1_5 (RFC 8017, section 7.2.2) with a PEM key in PKCS #1 form.
//!
//! The arithmetic does not hide how long it takes: the key is on this machine, and so is who could measure.

use num_bigint::BigUint;

use super::encoding::base64_decode;
use super::{Function, FunctionError, Outcome, Parameter, Wanted, text};
use crate::eval::Value;

pub(super) const FUNCTIONS: &[Function] = &[Function::new(
    "rsadecrypt",
    &[Parameter::new("ciphertext", Wanted::String), Parameter::new("private_key", Wanted::String)],
    decrypt,
)];

/// The largest modulus, in bytes: larger ones take seconds.
const MAX_MODULUS: usize = 2048;

struct Key {
    modulus: BigUint,
    /// The private exponent.
    exponent: BigUint,
    /// Bytes of the modulus.
    size: usize,
}

fn decrypt(arguments: &[Value]) -> Outcome {
    let Some(ciphertext) = base64_decode(text(arguments, 0)) else {
        return Err(FunctionError::of_argument(0, "not base 64"));
    };
    let key = Key::parse(text(arguments, 1)).map_err(|problem| FunctionError::of_argument(1, problem))?;
    let message = key.decrypt(&ciphertext).ok_or_else(|| FunctionError::of_argument(0, "not made for this key"))?;
    match String::from_utf8(message) {
        Ok(message) => Ok(Value::string(&message)),
        Err(_) => Err(FunctionError::of_argument(0, "the decrypted bytes are not UTF-8")),
    }
}

impl Key {
    fn parse(pem: &str) -> Result<Self, &'static str> {
        const BEGIN: &str = "-----BEGIN ";
        let begin = pem.find(BEGIN).ok_or("not a PEM key")?;
        let (label, rest) = pem[begin + BEGIN.len()..].split_once("-----").ok_or("not a PEM key")?;
        let (body, _) = rest.split_once(&format!("-----END {label}-----")).ok_or("the PEM key has no end")?;
        if body.contains("ENCRYPTED") {
            return Err("the key has a password; take it off first");
        }
        if label != "RSA PRIVATE KEY" {
            return Err("an `RSA PRIVATE KEY` is needed (PKCS #1)");
        }
        // Headers, if any, end with an empty line.
        let body = body.rsplit_once("\n\n").map_or(body, |(_, body)| body);
        let packed: String = body.split_whitespace().collect();
        let der = base64_decode(&packed).ok_or("the PEM key is not base 64")?;
        Self::from_der(&der).ok_or("the key is not in PKCS #1 form")
    }

    /// `SEQUENCE { version, modulus, public exponent, private exponent, … }`
    fn from_der(der: &[u8]) -> Option<Self> {
        let (mut fields, _) = element(der, 0x30)?;
        let mut integers = Vec::new();
        for _ in 0..4 {
            let (integer, rest) = element(fields, 0x02)?;
            integers.push(BigUint::from_bytes_be(integer));
            fields = rest;
        }
        let exponent = integers.pop()?;
        let modulus = integers.swap_remove(1);
        let size = usize::try_from(modulus.bits().div_ceil(8)).ok().filter(|size| (11..=MAX_MODULUS).contains(size))?;
        Some(Self { modulus, exponent, size })
    }

    fn decrypt(&self, ciphertext: &[u8]) -> Option<Vec<u8>> {
        let cipher = BigUint::from_bytes_be(ciphertext);
        if ciphertext.len() > self.size || cipher >= self.modulus {
            return None;
        }
        let plain = cipher.modpow(&self.exponent, &self.modulus).to_bytes_be();
        // 00 02, at least eight bytes that are not zero, 00, the message; the leading zero is not written.
        let padded = plain.strip_prefix(&[2]).filter(|_| plain.len() + 1 == self.size)?;
        let end = padded.iter().position(|byte| *byte == 0).filter(|end| *end >= 8)?;
        Some(padded[end + 1..].to_vec())
    }
}

/// The content of the DER element at the start, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (_, rest) = der.split_first().filter(|(first, _)| **first == tag)?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = if *length < 0x80 {
        (usize::from(*length), rest)
    } else {
        let count = usize::from(length & 0x7f);
        let bytes = rest.get(..count).filter(|_| (1..=4).contains(&count))?;
        (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), &rest[count..])
    };
    Some((rest.get(..length)?, &rest[length..]))
}
