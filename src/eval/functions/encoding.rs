//! Base 64 and percent-encoding.

use std::fmt::Write;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

use super::{Function, FunctionError, Outcome, Parameter, Wanted, text};
use crate::eval::Value;

const STRING: Parameter = Parameter::new("string", Wanted::String);

/// As Go's `StdEncoding`: padding is needed, bits left over are not looked at.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("base64decode", &[STRING], decode),
    Function::new("base64encode", &[STRING], |arguments| {
        Ok(Value::string(&base64_encode(text(arguments, 0).as_bytes())))
    }),
    Function::new("urlencode", &[STRING], |arguments| Ok(Value::string(&query_escape(text(arguments, 0))))),
];

pub(super) fn base64_encode(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// Line breaks inside are skipped.
pub(super) fn base64_decode(text: &str) -> Option<Vec<u8>> {
    if text.contains(['\r', '\n']) {
        return BASE64.decode(text.replace(['\r', '\n'], "")).ok();
    }
    BASE64.decode(text).ok()
}

fn decode(arguments: &[Value]) -> Outcome {
    let Some(bytes) = base64_decode(text(arguments, 0)) else {
        return Err(FunctionError::of_argument(0, "not base 64"));
    };
    match std::str::from_utf8(&bytes) {
        Ok(decoded) => Ok(Value::string(decoded)),
        Err(_) => Err(FunctionError::of_argument(0, "the decoded bytes are not UTF-8")),
    }
}

/// As Go's `url.QueryEscape`.
fn query_escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => escaped.push(char::from(byte)),
            b' ' => escaped.push('+'),
            other => {
                let _ = write!(escaped, "%{other:02X}");
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use crate::eval::testing::{assert_errors, assert_values};

    #[test]
    fn values() {
        assert_values(&[
            (r#"base64encode("")"#, r#""""#),
            (r#"base64encode("héllo")"#, r#""aMOpbGxv""#),
            (r#"base64decode("aGVsbG8=")"#, r#""hello""#),
            (r#"base64decode("aGVs\nbG8=")"#, r#""hello""#),
            (r#"urlencode("a b&c/d~é*")"#, r#""a+b%26c%2Fd~%C3%A9%2A""#),
        ]);
    }

    #[test]
    fn errors() {
        assert_errors(&[r#"base64decode("***")"#, r#"base64decode("aGVsbG8")"#, r#"base64decode("/w==")"#]);
    }
}
