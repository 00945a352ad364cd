//! Digests as hexadecimal text.
//!
//! Nothing here keeps a secret or checks one.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::template::function::Parameter::String as Text;
use crate::template::function::{Arguments, Function};
use crate::template::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("md5sum", &[Text], |_, arguments| Ok(digest::<Md5>(arguments))),
    Function::new("sha256Hex", &[Text], |_, arguments| Ok(digest::<Sha256>(arguments))),
    Function::new("hmacSHA256Hex", &[Text, Text], |_, arguments| Ok(hmac_sha256(arguments))),
    Function::new("sprig_adler32sum", &[Text], |_, arguments| Ok(adler32(arguments))),
    Function::new("sprig_sha1sum", &[Text], |_, arguments| Ok(digest::<Sha1>(arguments))),
    Function::new("sprig_sha256sum", &[Text], |_, arguments| Ok(digest::<Sha256>(arguments))),
    Function::new("sprig_sha512sum", &[Text], |_, arguments| Ok(digest::<Sha512>(arguments))),
];

fn digest<D: Digest>(arguments: Arguments<'_>) -> Value {
    hexadecimal(&D::digest(arguments.bytes(0)))
}

fn hexadecimal(bytes: &[u8]) -> Value {
    let digit = |value: u8| b"0123456789abcdef"[usize::from(value & 15)];
    Value::string(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect::<Vec<u8>>())
}

/// RFC 2104, with a message and then a key.
fn hmac_sha256(arguments: Arguments<'_>) -> Value {
    const BLOCK: usize = 64;
    let mut key = [0; BLOCK];
    let given = arguments.bytes(1);
    if given.len() > BLOCK {
        key[..32].copy_from_slice(&Sha256::digest(given));
    } else {
        key[..given.len()].copy_from_slice(given);
    }
    let inner = Sha256::new().chain_update(key.map(|byte| byte ^ 0x36)).chain_update(arguments.bytes(0)).finalize();
    let outer = Sha256::new().chain_update(key.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize();
    hexadecimal(&outer)
}

/// RFC 1950, as a decimal number.
fn adler32(arguments: Arguments<'_>) -> Value {
    const MODULUS: u32 = 65_521;
    let (low, high) = arguments.bytes(0).iter().fold((1, 0), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % MODULUS;
        (low, (high + low) % MODULUS)
    });
    Value::string((high << 16 | low).to_string())
}
