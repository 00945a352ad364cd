//! What a plain YAML word means: a truth value, nothing, a number, or a string.
//!
//! YAML 1.1 as Go's yaml.v2 has it: `yes` and `off` are truth values, `017` is octal, dates are strings.

use crate::template::literal;
use crate::template::value::Value;

/// The value of a plain word.
pub(super) fn resolve(text: &str) -> Value {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Value::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Value::Bool(false),
        "" | "~" | "null" | "Null" | "NULL" => Value::Nil,
        ".nan" | ".NaN" | ".NAN" => Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::Float(f64::NEG_INFINITY),
        _ => number(text).unwrap_or_else(|| Value::string(text)),
    }
}

/// Whether a plain word is a string that every reader takes for one; in YAML 1.1 `1:20` is a number to base 60.
pub(super) fn is_plain_string(text: &str) -> bool {
    !looks_like_date(text) && !is_base_60(text) && matches!(resolve(text), Value::String(_))
}

fn number(text: &str) -> Option<Value> {
    match text.as_bytes().first()? {
        b'.' => return literal::float(text).map(Value::Float),
        b'+' | b'-' | b'0'..=b'9' => {}
        _ => return None,
    }
    let plain = text.replace('_', "");
    if let Ok(literal::Number { int, uint, is_float: false, .. }) = literal::number(&plain) {
        return int.map(Value::Int).or(uint.map(Value::Uint64));
    }
    is_float(plain.trim_start_matches(['+', '-'])).then(|| literal::float(&plain)).flatten().map(Value::Float)
}

/// `1`, `1.`, `.5`, `1.5e3`
fn is_float(digits: &str) -> bool {
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (digits, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole)
        && is_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && is_digits(exponent))
}

/// `2001-12-14`, with or without a time.
fn looks_like_date(text: &str) -> bool {
    let date = text.get(..text.find(['T', 't', ' ']).unwrap_or(text.len())).unwrap_or_default();
    let mut parts = date.split('-');
    let mut part = |lengths: std::ops::RangeInclusive<usize>| {
        parts.next().is_some_and(|part| lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_date = part(4..=4) && part(1..=2) && part(1..=2);
    is_date && parts.next().is_none() && !text.ends_with(['T', 't', ' '])
}

fn is_base_60(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut parts = digits.split(':');
    let first = parts.next().unwrap_or_default();
    let mut more = parts.peekable();
    first.starts_with(|first: char| first.is_ascii_digit())
        && first.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
        && more.peek().is_some()
        && more.all(|part| {
            let (part, fraction) = part.split_once('.').unwrap_or((part, ""));
            (1..=2).contains(&part.len())
                && part.parse::<u8>().is_ok_and(|part| part < 60)
                && fraction.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_have_the_meaning_of_yaml_1_1() {
        assert!(matches!(resolve("yes"), Value::Bool(true)));
        assert!(matches!(resolve("017"), Value::Int(15)));
        assert!(matches!(resolve("08"), Value::Float(8.0)));
        assert!(matches!(resolve("1_000"), Value::Int(1000)));
        assert!(matches!(resolve("0x1f"), Value::Int(31)));
        assert!(matches!(resolve("1e3"), Value::Float(1000.0)));
        assert!(matches!(resolve("~"), Value::Nil));
        for text in ["-", "1.2.3", "e5", "0x", "10.0.0.1", "2024-01-02", "a b", "+", "1e"] {
            assert!(matches!(resolve(text), Value::String(_)), "{text}");
        }
        for text in ["2024-01-02", "12:30", "no", "1"] {
            assert!(!is_plain_string(text), "{text}");
        }
        for text in ["10.0.0.1:80", "a", "12:99", "2024-1"] {
            assert!(is_plain_string(text), "{text}");
        }
    }
}
