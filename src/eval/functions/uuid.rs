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

#[cfg(test)]
mod tests {
    use crate::eval::testing::{assert_errors, assert_values};

    #[test]
    fn values() {
        assert_values(&[
            (r#"uuidv5("dns", "example.com")"#, r#""cfbff0d1-9375-5685-968c-48ce8b15ae17""#),
            (r#"uuidv5("url", "")"#, r#""1b4db7eb-4057-5ddf-91e0-36dec72071f5""#),
            (r#"uuidv5("oid", "x")"#, r#""8558d34a-d3c6-5881-a6e3-bf8f3e6110ea""#),
            (r#"uuidv5("x500", "x")"#, r#""456e503f-63e3-56c1-b807-4cd79bf8cc22""#),
            (r#"uuidv5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "x")"#, r#""05b16a01-46c6-56dd-bd6e-c6dfb4a1427a""#),
            (r#"uuidv5("{6BA7B810-9dad-11d1-80b4-00c04fd430c8}", "x")"#, r#""05b16a01-46c6-56dd-bd6e-c6dfb4a1427a""#),
            (
                r#"uuidv5("urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8", "x")"#,
                r#""05b16a01-46c6-56dd-bd6e-c6dfb4a1427a""#,
            ),
            (r#"uuidv5("6ba7b8109dad11d180b400c04fd430c8", "x")"#, r#""05b16a01-46c6-56dd-bd6e-c6dfb4a1427a""#),
            ("strlen(uuidv4())", "36"),
            ("uuidv4() == uuidv4()", "false"),
        ]);
    }

    #[test]
    fn errors() {
        assert_errors(&[
            r#"uuidv5("bogus", "x")"#,
            r#"uuidv5("", "x")"#,
            r#"uuidv5("6ba7b810-9dad-11d1-80b4-00c04fd430cg", "x")"#,
            "uuidv4(1)",
        ]);
    }
}
