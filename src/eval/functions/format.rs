//! `format` and `formatlist`: Go's verbs, for values.

use num_bigint::BigInt;
use unicode_segmentation::UnicodeSegmentation;

use super::format_verb::Piece;
use super::format_verb::{Verb, pieces};
use super::json::{append_string, encode};
use super::string::MAX_WIDTH;
use super::{Function, FunctionError, Null, Outcome, Parameter, Wanted, text};
use crate::eval::convert::to_text;
use crate::eval::decimal::Notation;
use crate::eval::limits::MAX_TEXT;
use crate::eval::{Number, Type, Value, convert};

const FORMAT: Parameter = Parameter::new("format", Wanted::String);
const ARGUMENTS: Parameter = Parameter::new("arguments", Wanted::Any).null(Null::Allowed);

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("format", &[FORMAT], |arguments| {
        let (format, values) = (text(arguments, 0), arguments.get(1..).unwrap_or_default());
        Ok(Value::string(&formatted(format, values)?))
    })
    .variadic(ARGUMENTS),
    Function::new("formatlist", &[FORMAT], format_list).variadic(ARGUMENTS),
];

/// Formats once for each element of the lists among the arguments.
fn format_list(arguments: &[Value]) -> Outcome {
    let (format, values) = (text(arguments, 0), arguments.get(1..).unwrap_or_default());
    let mut length: Option<(usize, usize)> = None;
    for (at, value) in values.iter().enumerate() {
        if let Some(items) = value.elements() {
            match length {
                None => length = Some((items.len(), at)),
                Some((known, first)) if known != items.len() => {
                    let problem = format!("{} elements, but argument {} has {known}", items.len(), first + 1);
                    return Err(FunctionError::of_argument(at + 1, problem));
                }
                Some(_) => {}
            }
        }
    }
    let count = length.map_or(1, |(length, _)| length);
    let mut results = Vec::with_capacity(count);
    let mut total = 0;
    for round in 0..count {
        let pick = |value: &Value| match value.elements() {
            Some(items) => items[round].clone(),
            None => value.clone(),
        };
        let row: Vec<Value> = values.iter().map(pick).collect();
        let result = formatted(format, &row)?;
        total += result.len();
        if total > MAX_TEXT {
            return Err(FunctionError::too_long());
        }
        results.push(Value::string(&result));
    }
    Ok(Value::list(Type::String, results))
}

fn formatted(format: &str, values: &[Value]) -> Result<String, FunctionError> {
    let mut written = String::with_capacity(format.len());
    let mut next = 0;
    let mut used = 0;
    for piece in pieces(format) {
        match piece.map_err(|problem| FunctionError::of_argument(0, problem))? {
            Piece::Text(text) => written.push_str(text),
            Piece::Verb(verb) => {
                let at = verb.argument.map_or(next, |argument| argument - 1);
                let Some(value) = values.get(at) else {
                    let problem = format!("`{}` asks for value {}, and there are {}", verb.raw, at + 1, values.len());
                    return Err(FunctionError::of_argument(0, problem));
                };
                written.push_str(&write(&verb, value, at)?);
                if written.len() > MAX_TEXT {
                    return Err(FunctionError::too_long());
                }
                next = at + 1;
                used = used.max(next);
            }
        }
    }
    if used < values.len() {
        return Err(FunctionError::of_argument(used + 1, format!("the format uses only {used} of the values")));
    }
    Ok(written)
}

fn write(verb: &Verb<'_>, value: &Value, at: usize) -> Result<String, FunctionError> {
    let wrong = |wanted: &str| FunctionError::of_argument(at + 1, format!("`{}` needs {wanted}", verb.raw));
    if verb.width.max(verb.precision).is_some_and(|width| width > MAX_WIDTH) {
        return Err(FunctionError::of_argument(0, format!("`{}` is wider than {MAX_WIDTH}", verb.raw)));
    }
    if value.is_null() && verb.mode != 'v' {
        return Err(wrong("a value, not null"));
    }
    let number = || match convert(value, &Type::Number) {
        Ok(Value::Number(number)) => Ok(number),
        _ => Err(wrong("a number")),
    };
    match verb.mode {
        'v' => match value {
            Value::String(text) if !verb.has('#') => Ok(padded(verb, text)),
            Value::Number(number) if !verb.has('#') => Ok(padded(verb, &number.text(Notation::General, None))),
            _ => encode(value).map(|json| padded(verb, &json)).map_err(|_| wrong("a value that JSON can have")),
        },
        't' => match convert(value, &Type::Bool) {
            Ok(Value::Bool(value)) => Ok(value.to_string()),
            _ => Err(wrong("true or false")),
        },
        'b' | 'd' | 'o' | 'x' | 'X' => match number()?.truncated() {
            Some((integer, true)) => Ok(write_integer(verb, &integer)),
            _ => Err(wrong("a whole number")),
        },
        'e' | 'E' | 'f' | 'g' | 'G' => Ok(write_float(verb, &number()?)),
        's' | 'q' => {
            let Some(whole) = to_text(value) else { return Err(wrong("a string")) };
            let precision =
                verb.precision.and_then(|precision| usize::try_from(precision).ok()).filter(|kept| *kept > 0);
            let kept = match precision {
                Some(precision) => whole.graphemes(true).take(precision).collect(),
                None => whole.to_string(),
            };
            if verb.mode == 's' {
                return Ok(padded(verb, &kept));
            }
            let mut quoted = String::new();
            append_string(&kept, &mut quoted);
            Ok(padded(verb, &quoted))
        }
        other => Err(FunctionError::of_argument(0, format!("there is no verb `%{other}`"))),
    }
}

/// To the width, by characters as people count them.
fn padded(verb: &Verb<'_>, text: &str) -> String {
    let missing = missing(verb, text.graphemes(true).count());
    let padding = if verb.has('0') { "0" } else { " " }.repeat(missing);
    if verb.has('-') { format!("{text}{padding}") } else { format!("{padding}{text}") }
}

fn missing(verb: &Verb<'_>, length: usize) -> usize {
    let width = verb.width.and_then(|width| usize::try_from(width).ok()).unwrap_or_default();
    width.saturating_sub(length)
}

/// As Go's `big.Int.Format`.
fn write_integer(verb: &Verb<'_>, integer: &BigInt) -> String {
    let sign = sign(verb, integer.sign() == num_bigint::Sign::Minus);
    let (base, prefix) = match verb.mode {
        'b' => (2, "0b"),
        'o' => (8, "0"),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        _ => (10, ""),
    };
    let prefix = if verb.has('#') { prefix } else { "" };
    let mut digits = integer.magnitude().to_str_radix(base);
    if verb.mode == 'X' {
        digits.make_ascii_uppercase();
    }
    let mut zeros = 0;
    if let Some(precision) = verb.precision.and_then(|precision| usize::try_from(precision).ok()) {
        if precision == 0 && digits == "0" {
            return String::new();
        }
        zeros = precision.saturating_sub(digits.len());
    }
    let missing = missing(verb, sign.len() + prefix.len() + zeros + digits.len());
    let (mut left, mut right) = (0, 0);
    if verb.has('-') {
        right = missing;
    } else if verb.has('0') && verb.precision.is_none() {
        zeros = missing;
    } else {
        left = missing;
    }
    format!("{}{sign}{prefix}{}{digits}{}", " ".repeat(left), "0".repeat(zeros), " ".repeat(right))
}

/// As Go's `big.Float.Format`.
fn write_float(verb: &Verb<'_>, number: &Number) -> String {
    let (notation, open) = match verb.mode {
        'f' => (Notation::Fixed, Some(6)),
        'g' | 'G' => (Notation::General, None),
        _ => (Notation::Exponent, Some(6)),
    };
    let precision = verb.precision.and_then(|precision| usize::try_from(precision).ok());
    let mut text = number.text(notation, precision.or(open));
    if matches!(verb.mode, 'E' | 'G') {
        text = text.replace('e', "E");
    }
    let digits = text.trim_start_matches(['+', '-']);
    let sign = match (text.starts_with('-'), text.starts_with('+')) {
        (true, _) => "-",
        (false, true) => {
            if verb.has(' ') {
                " "
            } else {
                "+"
            }
        }
        (false, false) => sign(verb, false),
    };
    let missing = missing(verb, sign.len() + digits.len());
    if verb.has('0') && !number.is_infinite() {
        format!("{sign}{}{digits}", "0".repeat(missing))
    } else if verb.has('-') {
        format!("{sign}{digits}{}", " ".repeat(missing))
    } else {
        format!("{}{sign}{digits}", " ".repeat(missing))
    }
}

fn sign(verb: &Verb<'_>, negative: bool) -> &'static str {
    match (negative, verb.has('+'), verb.has(' ')) {
        (true, ..) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        (false, false, false) => "",
    }
}

#[cfg(test)]
mod tests {
    use crate::eval::testing::{assert_errors, assert_values};

    #[test]
    fn values() {
        assert_values(&[
            (r#"format("Hello, %s!", "World")"#, r#""Hello, World!""#),
            (
                r#"format("%05d|%-5s|%+.2f|%x|%X|%o|%b|%#x", 42, "ab", 3.14159, 255, 255, 8, 5, 255)"#,
                r#""00042|ab   |+3.14|ff|FF|10|101|0xff""#,
            ),
            (r#"format("%[2]s %[1]s", "a", "b")"#, r#""b a""#),
            (r#"format("%v %v %v %#v", "x", 1.5, [1, {a = null}], "q")"#, r#""x 1.5 [1,{\"a\":null}] \"q\"""#),
            (
                r#"format("%g %e %E %G %.3g", 0.000001, 1234.5678, 0.5, 1e21, 1234567)"#,
                r#""1e-06 1.234568e+03 5.000000E-01 1E+21 1.23e+06""#,
            ),
            (r#"format("%t %t", true, "false")"#, r#""true false""#),
            (
                r#"format("%q %5s|%-5s|%05s|%.2s", "a\"b", "é", "👍", "x", "héllo")"#,
                r#""\"a\\\"b\"     é|👍    |0000x|hé""#,
            ),
            (r#"format("100%%")"#, r#""100%""#),
            (r#"format("% d %+d % .1f", 5, 5, -2.25)"#, r#"" 5 +5 -2.2""#),
            (r#"format("%08.3f|%-8.2f|%-08.2f", 3.14159, 2.5, 2.5)"#, r#""0003.142|2.50    |00002.50""#),
            (r#"format("%d", "12")"#, r#""12""#),
            (r#"format("%5.3d|%-5d|%+05d", 7, 7, 7)"#, r#""  007|7    |+0007""#),
            (r#"format("%s %s", 1.50, true)"#, r#""1.5 true""#),
            (r#"format("%.0f %.0f %.0f", 0.5, 1.5, 2.5)"#, r#""0 2 2""#),
            (r#"format("%g", 123456789012345678901234567890)"#, r#""1.2345678901234567890123456789e+29""#),
            (r#"formatlist("%s-%d", ["a", "b"], 1)"#, r#"["a-1","b-1"]"#),
            (r#"formatlist("%s", [])"#, "[]"),
            (r#"formatlist("x")"#, r#"["x"]"#),
            (r#"formatlist("%s=%s", convert(["b", "a"], set(string)), "v")"#, r#"["a=v","b=v"]"#),
        ]);
    }

    #[test]
    fn errors() {
        assert_errors(&[
            r#"format("%s")"#,
            r#"format("%s", "a", "b")"#,
            r#"format("x", 1)"#,
            r#"format("%s", null)"#,
            r#"format("%d", 1.5)"#,
            r#"format("%d", "x")"#,
            r#"format("%*d", 5, 42)"#,
            r#"format("%z", 1)"#,
            r#"format("%", 1)"#,
            r#"format("%[0]s", 1)"#,
            r#"format("%[3]s", 1)"#,
            r#"format("%s", [1])"#,
            r#"format("%99999999d", 1)"#,
            r#"formatlist("%s-%s", ["a", "b"], ["c"])"#,
            r#"formatlist("%d", ["a"])"#,
        ]);
    }
}
