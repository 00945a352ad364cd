//! JSON, written as Go's `encoding/json` writes it.

use std::collections::HashMap;
use std::fmt::Write;
use std::rc::Rc;

use super::{Function, FunctionError, Null, Parameter, Wanted, text};
use crate::eval::limits::MAX_TEXT;
use crate::eval::{Entries, Number, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("jsonencode", &[Parameter::new("value", Wanted::Any).null(Null::Allowed)], |arguments| {
        let value = arguments.first().unwrap_or(&Value::NULL);
        encode(value).map(|text| Value::string(&text)).map_err(|error| FunctionError::of_argument(0, error))
    }),
    Function::new("jsondecode", &[Parameter::new("string", Wanted::String)], |arguments| {
        decode(text(arguments, 0)).map_err(|problem| FunctionError::of_argument(0, problem))
    }),
];

/// Why a value has no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotJson {
    /// JSON has no infinity.
    #[error("infinity cannot be written as JSON")]
    Infinite,
    /// Longer than any text may be.
    #[error("the JSON would be longer than {} MiB", MAX_TEXT >> 20)]
    TooLong,
}

/// The value as JSON on one line, as `jsonencode` writes it: `<`, `>` and `&` in strings escaped.
///
/// # Errors
/// Infinity has no JSON; there is a limit to how long it may be.
pub fn encode(value: &Value) -> Result<String, NotJson> {
    let mut json = String::new();
    append(value, &mut json)?;
    Ok(json)
}

fn append(value: &Value, json: &mut String) -> Result<(), NotJson> {
    if json.len() > MAX_TEXT {
        return Err(NotJson::TooLong);
    }
    match value {
        Value::Null(_) => json.push_str("null"),
        Value::Bool(value) => json.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) if number.is_infinite() => return Err(NotJson::Infinite),
        Value::Number(number) => {
            let _ = write!(json, "{number}");
        }
        Value::String(text) => append_string(text, json),
        Value::List(_) | Value::Tuple(_) | Value::Set(_) => {
            json.push('[');
            for (at, item) in value.elements().unwrap_or_default().iter().enumerate() {
                if at > 0 {
                    json.push(',');
                }
                append(item, json)?;
            }
            json.push(']');
        }
        Value::Map(_) | Value::Object(_) => {
            json.push('{');
            for (at, (name, value)) in value.entries().into_iter().flat_map(Entries::iter).enumerate() {
                if at > 0 {
                    json.push(',');
                }
                append_string(name, json);
                json.push(':');
                append(value, json)?;
            }
            json.push('}');
        }
    }
    Ok(())
}

pub(super) fn append_string(text: &str, json: &mut String) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let _ = write!(json, "\\u{:04x}", u32::from(character));
            }
            other => json.push(other),
        }
    }
    json.push('"');
}

/// The deepest nesting read.
const MAX_DEPTH: usize = 256;

/// Reads one JSON document.
fn decode(text: &str) -> Result<Value, String> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.skip_space();
    if reader.at < text.len() { Err(reader.problem("more after the end of the document")) } else { Ok(value) }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn problem(&self, problem: &str) -> String {
        let before = &self.text[..self.at.min(self.text.len())];
        let line = before.matches('\n').count() + 1;
        format!("not JSON: {problem} in line {line}")
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        let skipped = self.rest().bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
        self.at += skipped;
    }

    fn take(&mut self, expected: &str) -> bool {
        let found = self.rest().starts_with(expected);
        if found {
            self.at += expected.len();
        }
        found
    }

    fn value(&mut self, depth: usize) -> Result<Value, String> {
        if depth > MAX_DEPTH {
            return Err(self.problem("too deeply nested"));
        }
        self.skip_space();
        match self.rest().bytes().next() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => Ok(Value::string(&self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ if self.take("null") => Ok(Value::NULL),
            _ if self.take("true") => Ok(Value::Bool(true)),
            _ if self.take("false") => Ok(Value::Bool(false)),
            None => Err(self.problem("the document ends too early")),
            Some(_) => Err(self.problem("no value")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, String> {
        self.at += 1;
        let mut entries: Vec<(Rc<str>, Value)> = Vec::new();
        let mut places = HashMap::new();
        self.skip_space();
        if self.take("}") {
            return Ok(Value::object([]));
        }
        loop {
            self.skip_space();
            if !self.rest().starts_with('"') {
                return Err(self.problem("a key in quotes is needed"));
            }
            let name: Rc<str> = self.string()?.into();
            self.skip_space();
            if !self.take(":") {
                return Err(self.problem("a `:` is missing"));
            }
            let value = self.value(depth + 1)?;
            // A repeated key is taken only where both values have one type, as cty has it.
            if let Some(before) = places.insert(name.clone(), entries.len())
                && entries[before].1.type_of() != value.type_of()
            {
                return Err(self.problem("a key twice, with values of different types"));
            }
            entries.push((name, value));
            self.skip_space();
            if self.take("}") {
                return Ok(Value::Object(entries.into_iter().map(|(name, value)| (nfc(&name), value)).collect()));
            }
            if !self.take(",") {
                return Err(self.problem("a `,` or `}` is missing"));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, String> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_space();
        if self.take("]") {
            return Ok(Value::tuple(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.skip_space();
            if self.take("]") {
                return Ok(Value::tuple(items));
            }
            if !self.take(",") {
                return Err(self.problem("a `,` or `]` is missing"));
            }
        }
    }

    fn number(&mut self) -> Result<Value, String> {
        let length =
            self.rest().bytes().take_while(|byte| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'));
        let text = &self.rest()[..length.count()];
        let well_formed = is_number(text);
        let number = if well_formed { Number::parse(text) } else { None };
        match number {
            Some(number) => {
                self.at += text.len();
                Ok(Value::Number(number))
            }
            None => Err(self.problem("a number that is none")),
        }
    }

    fn string(&mut self) -> Result<String, String> {
        self.at += 1;
        let mut string = String::new();
        loop {
            let plain = self.rest().find(['"', '\\']).unwrap_or(self.rest().len());
            let part = &self.rest()[..plain];
            if part.bytes().any(|byte| byte < 0x20) {
                return Err(self.problem("a control character in a string"));
            }
            string.push_str(part);
            self.at += plain;
            if self.take("\"") {
                return Ok(string);
            }
            if !self.take("\\") {
                return Err(self.problem("a string without an end"));
            }
            string.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        let Some(letter) = self.rest().chars().next() else { return Err(self.problem("a string without an end")) };
        self.at += letter.len_utf8();
        Ok(match letter {
            '"' | '\\' | '/' => letter,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let first = self.hexadecimal()?;
                if (0xd800..0xdc00).contains(&first) && self.rest().starts_with("\\u") {
                    let before = self.at;
                    self.at += 2;
                    let second = self.hexadecimal()?;
                    if (0xdc00..0xe000).contains(&second) {
                        let code = 0x10000 + (first - 0xd800) * 0x400 + (second - 0xdc00);
                        return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                    }
                    self.at = before;
                }
                char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return Err(self.problem("an unknown escape")),
        })
    }

    fn hexadecimal(&mut self) -> Result<u32, String> {
        let digits = self.rest().get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(code) => {
                self.at += 4;
                Ok(code)
            }
            None => Err(self.problem("four hexadecimal digits are needed")),
        }
    }
}

/// The grammar of RFC 8259, section 6.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) =
        digits.split_once(['e', 'E']).map_or((digits, None), |(left, right)| (left, Some(right)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(left, right)| (left, Some(right)));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(all_digits)
        && exponent.is_none_or(|exponent| all_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

fn nfc(name: &str) -> Rc<str> {
    match Value::string(name) {
        Value::String(name) => name,
        _ => name.into(),
    }
}

#[cfg(test)]
mod tests {
    use crate::eval::testing::{assert_errors, assert_values};

    #[test]
    fn values() {
        assert_values(&[
            (r#"jsonencode("<a&b>\u2028\u0001\t")"#, r#""\"\\u003ca\\u0026b\\u003e\\u2028\\u0001\\t\"""#),
            ("jsonencode({b = 1.50, a = [null, true]})", r#""{\"a\":[null,true],\"b\":1.5}""#),
            ("jsonencode(1e21)", r#""1000000000000000000000""#),
            ("jsonencode(0.1)", r#""0.1""#),
            ("jsonencode(-0)", r#""-0""#),
            (r#"jsonencode("é😀")"#, r#""\"é😀\"""#),
            (r#"jsondecode(" {\"b\": [1, 2.50, \"x\"], \"a\": null} ")"#, r#"{"a":null,"b":[1,2.5,"x"]}"#),
            (r#"jsondecode("\"\\u00e9\\ud83d\\ude00\\n\"")"#, r#""é😀\n""#),
            (r#"jsondecode("{\"a\": 1, \"a\": 2}")"#, r#"{"a":2}"#),
            (r#"jsondecode("-0.0")"#, "-0"),
            (r#"jsondecode("123456789012345678901234567890")"#, "123456789012345678901234567890"),
            (r#"jsondecode("1E2")"#, "100"),
        ]);
    }

    #[test]
    fn errors() {
        assert_errors(&[
            "jsonencode(1 / 0)",
            r#"jsondecode("")"#,
            r#"jsondecode("{")"#,
            r#"jsondecode("[1,]")"#,
            r#"jsondecode("01")"#,
            r#"jsondecode("1 2")"#,
            r#"jsondecode("nul")"#,
            r#"jsondecode("{\"a\": 1, \"a\": \"x\"}")"#,
            r#"jsondecode("\"\\x\"")"#,
            "jsondecode(null)",
            r#"jsondecode("\"a\nb\"")"#,
        ]);
    }
}
