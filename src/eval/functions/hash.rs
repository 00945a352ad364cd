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
