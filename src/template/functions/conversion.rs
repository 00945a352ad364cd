//! Strings read as truth values and numbers.
//!
//! One value each; documents (JSON, YAML) have files of their own.

use crate::template::error::Failure;
use crate::template::function::Parameter::String as Text;
use crate::template::function::{Arguments, Context, Function};
use crate::template::literal;
use crate::template::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("parseBool", &[Text], parse_bool),
    Function::new("parseFloat", &[Text], parse_float),
    Function::new("parseInt", &[Text], parse_int),
    Function::new("parseUint", &[Text], parse_uint),
];

/// An empty string is false.
fn parse_bool(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    match arguments.text(0)? {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(Value::Bool(true)),
        "" | "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(Value::Bool(false)),
        text => Err(Failure::new(format!("{text:?} is neither true nor false"))),
    }
}

/// An empty string is zero.
fn parse_float(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let text = arguments.text(0)?;
    if text.is_empty() {
        return Ok(Value::Float(0.0));
    }
    float(text).map(Value::Float).ok_or_else(|| Failure::new(format!("{text:?} is not a number")))
}

/// Go's `strconv.ParseFloat`, which knows infinity too.
pub(super) fn float(text: &str) -> Option<f64> {
    let (negative, magnitude) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let value = match magnitude.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => f64::INFINITY,
        "nan" if magnitude.len() == text.len() => f64::NAN,
        _ => return literal::float(text),
    };
    Some(if negative { -value } else { value })
}

/// An empty string is zero.
fn parse_int(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let text = arguments.text(0)?;
    if text.is_empty() {
        return Ok(Value::Int64(0));
    }
    text.parse().map(Value::Int64).map_err(|_| Failure::new(format!("{text:?} is not a whole number of 64 bits")))
}

/// An empty string is zero.
fn parse_uint(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let text = arguments.text(0)?;
    if text.is_empty() {
        return Ok(Value::Uint64(0));
    }
    let digits_only = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits_only);
    number.map(Value::Uint64).ok_or_else(|| Failure::new(format!("{text:?} is not an unsigned number of 64 bits")))
}
