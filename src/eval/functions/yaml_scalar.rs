//! What a YAML scalar stands for, as go-cty-yaml has it: a mixture of YAML 1.1 and 1.2.

use num_bigint::BigInt;

use super::date::{Timestamp, parse_offset};
use super::encoding::base64_decode;
use crate::eval::{Number, Value};

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Quoted,
    /// `|` or `>`
    Block,
}

const TAG_PREFIX: &str = "tag:yaml.org,2002:";

/// The value of a scalar with a tag, or without (`""`).
pub(super) fn resolve(tag: &str, text: &str, style: Style) -> Result<Value, String> {
    let kind = match tag {
        "" => "",
        _ => tag.strip_prefix(TAG_PREFIX).unwrap_or("?"),
    };
    if !matches!(kind, "" | "str" | "bool" | "int" | "float" | "null" | "timestamp" | "binary") {
        return Err(format!("the tag {tag:?} is not known here"));
    }
    let mut kind = kind;
    if may_be_special(text) && !matches!(kind, "str" | "binary") {
        if style == Style::Quoted {
            return Ok(Value::string(text));
        }
        if let Some(value) = word(text) {
            return Ok(value);
        }
        if kind.is_empty() && matches!(text, ".nan" | ".NaN" | ".NAN") {
            return Err("a number that is none (.nan) has no value here".to_owned());
        }
        match text.as_bytes().first() {
            Some(b'.') => {
                if let Some(number) = Number::parse(text) {
                    return Ok(Value::Number(number));
                }
            }
            Some(b'0'..=b'9' | b'+' | b'-') => {
                if matches!(kind, "" | "timestamp")
                    && let Some(time) = timestamp(text)
                {
                    return Ok(Value::string(&time.text()));
                }
                if is_integer(text) || is_float(text) {
                    kind = "int";
                }
            }
            _ => {}
        }
    }
    let refused = || format!("{text:?} is not of the type {kind}");
    match kind {
        "bool" => word(text).filter(|value| matches!(value, Value::Bool(_))).ok_or_else(refused),
        "int" | "float" => number(text).map(Value::Number).ok_or_else(refused),
        "timestamp" => timestamp(text).map(|time| Value::string(&time.text())).ok_or_else(refused),
        "null" => Ok(Value::NULL),
        "binary" if base64_decode(text).is_none() => Err(refused()),
        _ => Ok(Value::string(text)),
    }
}

/// Whether the first character can begin anything but a string.
fn may_be_special(text: &str) -> bool {
    text.is_empty() || text.starts_with(|first: char| first.is_ascii_digit() || "+-.yYnNtTfFoO~".contains(first))
}

fn word(text: &str) -> Option<Value> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Value::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Value::Bool(false),
        "" | "~" | "null" | "Null" | "NULL" => Value::NULL,
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::Number(Number::infinity()),
        "-.inf" | "-.Inf" | "-.INF" => Value::Number(Number::infinity().negated()),
        _ => return None,
    })
}

fn all(text: &str, is: fn(&u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(|byte| is(&byte))
}

fn is_integer(text: &str) -> bool {
    if let Some(octal) = text.strip_prefix("0o") {
        return all(octal, |byte| matches!(byte, b'0'..=b'7'));
    }
    if let Some(hexadecimal) = text.strip_prefix("0x") {
        return all(hexadecimal, u8::is_ascii_hexdigit);
    }
    all(text.strip_prefix(['+', '-']).unwrap_or(text), u8::is_ascii_digit)
}

fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) =
        unsigned.split_once(['e', 'E']).map_or((unsigned, None), |(left, right)| (left, Some(right)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(left, right)| (left, Some(right)));
    let digits = |text: &str| all(text, u8::is_ascii_digit);
    let mantissa = match fraction {
        None => digits(whole),
        Some(fraction) => {
            (whole.is_empty() || digits(whole)) && (digits(fraction) || fraction.is_empty() && !whole.is_empty())
        }
    };
    mantissa && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

/// Decimal, or with one of Go's prefixes.
fn number(text: &str) -> Option<Number> {
    let plain = text.replace('_', "");
    if let Some(number) = Number::parse(&plain) {
        return Some(number);
    }
    let (negative, digits) = match plain.strip_prefix(['+', '-']) {
        Some(rest) => (plain.starts_with('-'), rest),
        None => (false, &*plain),
    };
    let lower = digits.to_ascii_lowercase();
    let (base, digits) = match (lower.get(..2), lower.strip_prefix('0')) {
        (Some("0x"), _) => (16, &lower[2..]),
        (Some("0o"), _) => (8, &lower[2..]),
        (Some("0b"), _) => (2, &lower[2..]),
        (_, Some(octal)) => (8, octal),
        _ => return None,
    };
    let value = u64::from_str_radix(digits, base).ok()?;
    let value = if negative { -BigInt::from(value) } else { BigInt::from(value) };
    Some(Number::from_integer(&value))
}

/// `2001-12-14t21:59:43.10-05:00`, `2001-12-14 21:59:43`, `2001-12-14`; one digit is enough but for the year.
fn timestamp(text: &str) -> Option<Timestamp> {
    if !text.is_ascii() {
        return None;
    }
    let date_end = text.find(['T', 't', ' ']);
    let (date, time) = date_end.map_or((text, None), |at| (&text[..at], Some((&text[at..=at], &text[at + 1..]))));
    let mut parts = date.splitn(3, '-');
    let year = parts.next().filter(|year| year.len() == 4)?;
    let date = [digits(year)?, short(parts.next()?)?, short(parts.next()?)?];
    let Some((separator, time)) = time else { return Timestamp::new(date, [0; 3], 0, 0) };
    let (clock, offset) = if separator == " " {
        (time, 0)
    } else if let Some(clock) = time.strip_suffix('Z') {
        (clock, 0)
    } else {
        let at = time.rfind(['+', '-'])?;
        (&time[..at], parse_offset(&time[at..])?)
    };
    let mut parts = clock.splitn(3, ':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    let (second, fraction) = second.split_once(['.', ',']).map_or((second, None), |(left, right)| (left, Some(right)));
    if let Some(fraction) = fraction {
        digits(fraction.get(..fraction.len().min(9))?)?;
        all(fraction, u8::is_ascii_digit).then_some(())?;
    }
    Timestamp::new(date, [short(hour)?, short(minute)?, short(second)?], 0, offset)
}

fn digits(text: &str) -> Option<i64> {
    all(text, u8::is_ascii_digit).then(|| text.parse().ok())?
}

fn short(text: &str) -> Option<i64> {
    digits(text).filter(|_| text.len() <= 2)
}
