//! Go's literals: quoted strings, characters, numbers.
//!
//! One literal at a time; where it stands in the template is the parser's.

use super::error::Failure;

/// A number as written, and everything it can be: Go gives a constant its type where it is used.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Number {
    /// Its value as an `int`, if it has one.
    pub(super) int: Option<i64>,
    /// Its value as an unsigned integer, if it has one.
    pub(super) uint: Option<u64>,
    pub(super) float: f64,
    /// Whether it is written as a floating-point number, and so is one where any type will do.
    pub(super) is_float: bool,
}

/// Reads a number: `12`, `-0x1f`, `0b1_000`, `017`, `1.5e3`, `0x1p-2`.
pub(super) fn number(text: &str) -> Result<Number, Failure> {
    let wrong = || Failure::new(format!("`{text}` is not a number"));
    let (negative, digits) = sign(text);
    let hexadecimal = digits.len() > 2 && digits.as_bytes()[..2].eq_ignore_ascii_case(b"0x");
    let looks_like_float = digits.contains(['.', 'p', 'P']) || !hexadecimal && digits.contains(['e', 'E']);
    if !looks_like_float {
        let magnitude = unsigned(digits).ok_or_else(wrong)?;
        let Ok(magnitude) = u64::try_from(magnitude) else {
            return Err(Failure::new(format!("`{text}` does not fit into 64 bits")));
        };
        let int = if negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() };
        let uint = (text.starts_with(|first: char| first.is_ascii_digit()) || magnitude == 0).then_some(magnitude);
        if int.is_none() && uint.is_none() {
            return Err(Failure::new(format!("`{text}` does not fit into 64 bits")));
        }
        #[expect(clippy::cast_precision_loss, reason = "Go converts it so")]
        let float = int.map_or(magnitude as f64, |int| int as f64);
        return Ok(Number { int, uint, float, is_float: false });
    }
    let float = float(text).ok_or_else(wrong)?;
    Ok(Number { int: whole(float), uint: whole_unsigned(float), float, is_float: true })
}

/// Reads a floating-point number as Go's `strconv.ParseFloat` does; `_` may stand between digits.
pub(super) fn float(text: &str) -> Option<f64> {
    // The `x` of a prefix counts as a digit, and an exponent's letter does not.
    let hexadecimal = text.contains(['x', 'X']);
    let is_digit = |at: Option<usize>| {
        let byte = at.and_then(|at| text.as_bytes().get(at)).copied().unwrap_or_default();
        if hexadecimal { byte.is_ascii_hexdigit() || matches!(byte, b'x' | b'X') } else { byte.is_ascii_digit() }
    };
    let between = |at: usize| is_digit(at.checked_sub(1)) && is_digit(Some(at + 1));
    if text.bytes().enumerate().any(|(at, byte)| byte == b'_' && !between(at)) {
        return None;
    }
    let text = &text.replace('_', "");
    let (negative, digits) = sign(text);
    let value = if digits.len() > 2 && digits.as_bytes()[..2].eq_ignore_ascii_case(b"0x") {
        hexadecimal_float(&digits[2..])?
    } else {
        if !digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-')) {
            return None;
        }
        digits.parse::<f64>().ok().filter(|value| value.is_finite())?
    };
    Some(if negative { -value } else { value })
}

/// `h.hhp±d`
fn hexadecimal_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once(['p', 'P'])?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    if digits.is_empty() || digits.len() > 16 {
        return None;
    }
    let exponent: i32 = exponent.parse().ok()?;
    let shift = i32::try_from(fraction.len()).ok()?.checked_mul(-4)?.checked_add(exponent)?;
    #[expect(clippy::cast_precision_loss, reason = "rounded to the nearest, as Go does")]
    let mantissa = u64::from_str_radix(&digits, 16).ok()? as f64;
    Some(mantissa * 2f64.powi(shift)).filter(|value| value.is_finite())
}

/// The magnitude of an integer literal with its base prefix. `None` for what is none.
fn unsigned(digits: &str) -> Option<u128> {
    let lower = digits.to_ascii_lowercase();
    let (radix, body) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    // An underscore stands between digits, or after the prefix.
    let body = if radix == 10 { body } else { body.strip_prefix('_').unwrap_or(body) };
    if body.is_empty() || body.starts_with('_') || body.ends_with('_') || body.contains("__") {
        return None;
    }
    let body = body.replace('_', "");
    let significant = body.trim_start_matches('0');
    if !body.bytes().all(|byte| char::from(byte).is_digit(radix)) {
        return None;
    }
    if significant.is_empty() {
        return Some(0);
    }
    Some(u128::from_str_radix(significant, radix).unwrap_or(u128::MAX))
}

fn sign(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}

/// A float as the integer it equals.
pub(super) fn whole(value: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    #[expect(clippy::cast_possible_truncation, reason = "in range and whole")]
    (value.fract() == 0.0 && (-LIMIT..LIMIT).contains(&value)).then_some(value as i64)
}

fn whole_unsigned(value: f64) -> Option<u64> {
    const LIMIT: f64 = 18_446_744_073_709_551_616.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range and whole")]
    (value.fract() == 0.0 && (0.0..LIMIT).contains(&value)).then_some(value as u64)
}

/// Reads `"text"` or `` `text` ``, quotes included. The result is bytes: `"\xff"` is allowed.
pub(super) fn string(text: &str) -> Result<Vec<u8>, Failure> {
    let body = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
    if text.starts_with('`') {
        return Ok(body.replace('\r', "").into_bytes());
    }
    let mut bytes = Vec::with_capacity(body.len());
    let mut rest = body;
    while !rest.is_empty() {
        rest = unescape(rest, '"', &mut bytes)?.1;
    }
    Ok(bytes)
}

/// Reads `'c'`, quotes included.
pub(super) fn character(text: &str) -> Result<u32, Failure> {
    let body = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
    let (value, rest) = match body {
        "" => return Err(Failure::new("an empty character constant")),
        _ => unescape(body, '\'', &mut Vec::new())?,
    };
    if rest.is_empty() { Ok(value) } else { Err(Failure::new(format!("{text} holds more than one character"))) }
}

/// Reads one character or escape, which is not empty, and appends its bytes; answers its value and what is left.
fn unescape<'t>(text: &'t str, quote: char, bytes: &mut Vec<u8>) -> Result<(u32, &'t str), Failure> {
    let mut characters = text.chars();
    let first = characters.next().unwrap_or_default();
    if first != '\\' {
        append(first, bytes);
        return Ok((u32::from(first), characters.as_str()));
    }
    let Some(escape) = characters.next() else { return Err(Failure::new("a lone `\\`")) };
    let simple = match escape {
        'a' => Some('\x07'),
        'b' => Some('\x08'),
        'f' => Some('\x0c'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'v' => Some('\x0b'),
        '\\' => Some('\\'),
        same if same == quote => Some(quote),
        _ => None,
    };
    if let Some(character) = simple {
        append(character, bytes);
        return Ok((u32::from(character), characters.as_str()));
    }
    let wrong = || {
        let help = "write `\\\\` for a backslash, or put the text between backquotes";
        Failure::new(format!("the unknown escape `\\{escape}`")).help(help)
    };
    let (radix, length, skipped) = match escape {
        'x' => (16, 2, 2),
        'u' => (16, 4, 2),
        'U' => (16, 8, 2),
        '0'..='7' => (8, 3, 1),
        _ => return Err(wrong()),
    };
    let digits = text.get(skipped..skipped + length).ok_or_else(wrong)?;
    let is_digits = digits.chars().all(|digit| digit.is_digit(radix));
    let value = u32::from_str_radix(digits, radix).ok().filter(|_| is_digits).ok_or_else(wrong)?;
    if matches!(escape, 'u' | 'U') {
        append(char::from_u32(value).ok_or_else(wrong)?, bytes);
    } else {
        bytes.push(u8::try_from(value).map_err(|_| wrong())?);
    }
    Ok((value, &text[skipped + length..]))
}

fn append(character: char, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_all_bases() {
        for (text, value) in
            [("12", 12), ("-0x1f", -31), ("0b1_000", 8), ("017", 15), ("0o17", 15), ("+7", 7), ("0", 0), ("-0", 0)]
        {
            let number = number(text).unwrap();
            assert_eq!((number.int, number.is_float), (Some(value), false), "{text}");
        }
        assert_eq!(number("18446744073709551615").unwrap().uint, Some(u64::MAX));
        for text in ["09", "0x", "1__0", "_1", "18446744073709551616", "-9223372036854775809", "0b12", "1_", "."] {
            assert!(number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn floats_are_read_and_know_whether_they_are_whole() {
        for (text, value, int) in
            [("1.5", 1.5, None), ("1e3", 1000.0, Some(1000)), (".25", 0.25, None), ("0x1p-2", 0.25, None)]
        {
            let number = number(text).unwrap();
            assert_eq!((number.float, number.int, number.is_float), (value, int, true), "{text}");
        }
        for text in ["1e999", "1e", "1.2.3", "e5", "0x1.8"] {
            assert!(number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn strings_are_read_with_their_escapes() {
        assert_eq!(string(r#""a\n\t\"\\\x41\101\u00e9\U0001F600""#).unwrap(), "a\n\t\"\\AA\u{e9}\u{1F600}".as_bytes());
        assert_eq!(string(r#""\xff""#).unwrap(), [0xff]);
        assert_eq!(string("`a\\n\r\nb`").unwrap(), b"a\\n\nb");
        for text in [r#""\d""#, r#""\x4""#, r#""\ud800""#, r#""\400""#, r#""\'""#, r#""\x+1""#] {
            assert!(string(text).is_err(), "{text}");
        }
    }

    #[test]
    fn characters_are_read() {
        assert_eq!(character("'a'").unwrap(), 97);
        assert_eq!(character(r"'\''").unwrap(), 39);
        assert_eq!(character(r"'\x41'").unwrap(), 65);
        assert!(character("'ab'").is_err());
        assert!(character("''").is_err());
    }
}
