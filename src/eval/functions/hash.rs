//! Hashes.

use std::fmt::Write;

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::{Function, FunctionError, Outcome, Parameter, Wanted, text, whole};
use crate::eval::Value;

const STRING: Parameter = Parameter::new("string", Wanted::String);

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        variadic: Some(Parameter::new("cost", Wanted::Number)),
        ..Function::random("bcrypt", &[STRING], bcrypt)
    },
    Function::new("md5", &[STRING], |arguments| Ok(digest::<Md5>(arguments))),
    Function::new("sha1", &[STRING], |arguments| Ok(digest::<Sha1>(arguments))),
    Function::new("sha256", &[STRING], |arguments| Ok(digest::<Sha256>(arguments))),
    Function::new("sha512", &[STRING], |arguments| Ok(digest::<Sha512>(arguments))),
];

fn digest<D: Digest>(arguments: &[Value]) -> Value {
    let mut text_of = String::new();
    for byte in D::digest(text(arguments, 0).as_bytes()) {
        let _ = write!(text_of, "{byte:02x}");
    }
    Value::string(&text_of)
}

/// The longest text hashed, in bytes: what is behind would not count.
const BCRYPT_BYTES: usize = 72;

fn bcrypt(arguments: &[Value]) -> Outcome {
    if arguments.len() > 2 {
        return Err(FunctionError::of_argument(2, "at most two arguments"));
    }
    let cost = match arguments.get(1) {
        None => 10,
        // Below 4 the default is taken, as Go does.
        Some(_) => match whole(arguments, 1)? {
            ..4 => 10,
            cost @ 4..=31 => u32::try_from(cost).unwrap_or(10),
            _ => return Err(FunctionError::of_argument(1, "the cost is at most 31")),
        },
    };
    let secret = text(arguments, 0);
    if secret.len() > BCRYPT_BYTES {
        return Err(FunctionError::of_argument(0, format!("longer than {BCRYPT_BYTES} bytes")));
    }
    match bcrypt::hash_with_result(secret, cost) {
        Ok(hash) => Ok(Value::string(&hash.format_for_version(bcrypt::Version::TwoA))),
        Err(error) => Err(FunctionError::new(error)),
    }
}

#[cfg(test)]
mod tests {
    use crate::eval::testing::{assert_errors, assert_values};

    #[test]
    fn values() {
        assert_values(&[
            (r#"md5("hello")"#, r#""5d41402abc4b2a76b9719d911017c592""#),
            (r#"sha1("")"#, r#""da39a3ee5e6b4b0d3255bfef95601890afd80709""#),
            (r#"sha256("hello")"#, r#""2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824""#),
            (
                r#"sha512("x")"#,
                r#""a4abd4448c49562d828115d13a1fccea927f52b4d5459297f8b43e42da89238bc13626e43dcb38ddb082488927ec904fb42057443983e88585179d50551afe62""#,
            ),
            (r#"substr(bcrypt("x", 4), 0, 7)"#, r#""$2a$04$""#),
            (r#"strlen(bcrypt("x", 4))"#, "60"),
        ]);
    }

    #[test]
    fn errors() {
        assert_errors(&[
            "md5(null)",
            "sha1([])",
            "bcrypt()",
            r#"bcrypt("x", 4, 5)"#,
            r#"bcrypt("x", 32)"#,
            r#"bcrypt("x", 4.5)"#,
            r#"bcrypt("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 4)"#,
        ]);
    }
}
