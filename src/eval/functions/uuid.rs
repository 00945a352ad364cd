//! UUIDs.

use sha1::{Digest, Sha1};

use super::{Function, FunctionError, Outcome, Parameter, Wanted, text};
use crate::eval::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::random("uuidv4", &[], |_| {
        let mut bytes = [0; 16];
        match getrandom::fill(&mut bytes) {
            Ok(()) => Ok(Value::string(&uuid(bytes, 4))),
            Err(error) => Err(FunctionError::new(error)),
        }
    }),
    Function::new(
        "uuidv5",
        &[Parameter::new("namespace", Wanted::String), Parameter::new("name", Wanted::String)],
        version_5,
    ),
];

/// RFC 4122, section 4.3.
fn version_5(arguments: &[Value]) -> Outcome {
    let namespace = match text(arguments, 0) {
        "dns" => Some(0x6ba7_b810_9dad_11d1_80b4_00c0_4fd4_30c8),
        "url" => Some(0x6ba7_b811_9dad_11d1_80b4_00c0_4fd4_30c8),
        "oid" => Some(0x6ba7_b812_9dad_11d1_80b4_00c0_4fd4_30c8),
        "x500" => Some(0x6ba7_b814_9dad_11d1_80b4_00c0_4fd4_30c8),
        other => parse(other),
    };
    let Some(namespace) = namespace else {
        return Err(FunctionError::of_argument(0, "dns, url, oid, x500 or a UUID is needed"));
    };
    let digest = Sha1::new().chain_update(u128::to_be_bytes(namespace)).chain_update(text(arguments, 1)).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Ok(Value::string(&uuid(bytes, 5)))
}

/// With hyphens, without, in braces or as a URN.
fn parse(text: &str) -> Option<u128> {
    let urn = text.get(..9).filter(|start| start.eq_ignore_ascii_case("urn:uuid:"));
    let digits = match text.len() {
        45 if urn.is_some() => &text[9..],
        38 => text.get(1..37)?,
        36 => text,
        32 => return hexadecimal(text),
        _ => return None,
    };
    let groups: Vec<&str> = digits.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]).then(|| hexadecimal(&groups.concat()))?
}

fn hexadecimal(digits: &str) -> Option<u128> {
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u128::from_str_radix(digits, 16).ok())?
}

fn uuid(mut bytes: [u8; 16], version: u8) -> String {
    bytes[6] = bytes[6] & 0x0f | version << 4;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = format!("{:032x}", u128::from_be_bytes(bytes));
    format!("{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..])
}
