//! Values → YAML in block style, laid out as libyaml does: two spaces, lines folded beyond 80 columns.
//!
//! Writes what values can hold; anchors, tags and comments are never needed.

use std::cmp::Ordering;

use super::resolve::is_plain_string;
use crate::template::budget::Writer;
use crate::template::error::Failure;
use crate::template::print::shortest;
use crate::template::value::{Key, Map, Value};

/// The column beyond which a line is folded at the next space.
const WIDTH: usize = 80;

/// The longest key that stands before its colon.
const MAX_KEY: usize = 128;

pub(super) fn write(out: &mut Writer<'_>, value: &Value) -> Result<(), Failure> {
    let mut emitter = Emitter { out, column: 0 };
    match value {
        Value::Map(map) if !map.entries.is_empty() => emitter.mapping(map, 0, true),
        Value::List(list) if !list.items.is_empty() => emitter.sequence(&list.items, 0, true),
        scalar => emitter.scalar(scalar, 2, false),
    }
}

struct Emitter<'w, 'b> {
    out: &'w mut Writer<'b>,
    column: usize,
}

impl Emitter<'_, '_> {
    fn push(&mut self, text: &str) -> Result<(), Failure> {
        self.column = match text.rfind('\n') {
            Some(at) => text[at + 1..].chars().count(),
            None => self.column + text.chars().count(),
        };
        self.out.push(text)
    }

    /// A new line, unless this one is empty, and its indentation.
    fn line(&mut self, indent: usize) -> Result<(), Failure> {
        if self.column > 0 {
            self.push("\n")?;
        }
        self.column = indent;
        self.out.fill(b' ', indent)
    }

    /// The entries of a map that has some; the first one stands where we are.
    fn mapping(&mut self, map: &Map, indent: usize, starts_here: bool) -> Result<(), Failure> {
        let mut entries: Vec<(&Key, &Value)> = map.entries.iter().collect();
        entries.sort_by(|(left, _), (right, _)| compare(left, right));
        for (index, (key, value)) in entries.into_iter().enumerate() {
            if index > 0 || !starts_here {
                self.line(indent)?;
            }
            self.key(key, indent)?;
            self.push(":")?;
            match value {
                Value::Map(map) if !map.entries.is_empty() => self.mapping(map, indent + 2, false)?,
                Value::List(list) if !list.items.is_empty() => self.sequence(&list.items, indent, false)?,
                scalar => {
                    self.push(" ")?;
                    self.scalar(scalar, indent + 2, false)?;
                }
            }
        }
        Ok(())
    }

    /// The items of a list that has some; the first one stands where we are.
    fn sequence(&mut self, items: &[Value], indent: usize, starts_here: bool) -> Result<(), Failure> {
        for (index, value) in items.iter().enumerate() {
            if index > 0 || !starts_here {
                self.line(indent)?;
            }
            self.push("- ")?;
            match value {
                Value::Map(map) if !map.entries.is_empty() => self.mapping(map, indent + 2, true)?,
                Value::List(list) if !list.items.is_empty() => self.sequence(&list.items, indent + 2, true)?,
                scalar => self.scalar(scalar, indent + 2, false)?,
            }
        }
        Ok(())
    }

    fn key(&mut self, key: &Key, indent: usize) -> Result<(), Failure> {
        if let Key::String(bytes) = key
            && (bytes.len() > MAX_KEY || bytes.contains(&b'\n'))
        {
            return Err(Failure::new("YAML with a key of several lines or more than 128 bytes"));
        }
        self.scalar(&Value::from(key), indent, true)
    }

    fn scalar(&mut self, value: &Value, indent: usize, is_key: bool) -> Result<(), Failure> {
        self.out.budget().spend_items(1)?;
        match value {
            Value::Nil => self.push("null"),
            Value::Bool(truth) => self.push(if *truth { "true" } else { "false" }),
            Value::Int(number) | Value::Int64(number) => self.push(&number.to_string()),
            Value::Byte(number) => self.push(&number.to_string()),
            Value::Uint64(number) => self.push(&number.to_string()),
            Value::Float(number) => self.push(&match number {
                number if number.is_nan() => ".nan".to_owned(),
                number if number.is_infinite() => if *number > 0.0 { ".inf" } else { "-.inf" }.to_owned(),
                number => shortest(*number),
            }),
            Value::List(_) => self.push("[]"),
            Value::Map(_) => self.push("{}"),
            Value::String(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => self.string(text, indent, is_key),
                Err(_) => Err(Failure::new("YAML of a string that is not UTF-8").help("encode it: `base64Encode`")),
            },
            Value::Loop(..) | Value::Scratch => {
                Err(Failure::new(format!("YAML of a value of type {}", value.type_name())))
            }
        }
    }

    fn string(&mut self, text: &str, indent: usize, is_key: bool) -> Result<(), Failure> {
        let facts = Facts::of(text);
        if text.contains('\n') {
            return if facts.special || facts.space_before_break || text.ends_with(' ') || is_key {
                self.double_quoted(text, indent, is_key)
            } else {
                self.literal(text, indent)
            };
        }
        if !is_plain_string(text) {
            return self.double_quoted(text, indent, is_key);
        }
        if facts.plain {
            return self.folded(text, indent, is_key, |character| character.to_string());
        }
        if facts.special || facts.space_before_break {
            return self.double_quoted(text, indent, is_key);
        }
        self.push("'")?;
        self.folded(
            text,
            indent,
            is_key,
            |character| {
                if character == '\'' { "''".to_owned() } else { character.to_string() }
            },
        )?;
        self.push("'")
    }

    /// Text whose single spaces may become line ends.
    fn folded(
        &mut self,
        text: &str,
        indent: usize,
        is_key: bool,
        written: impl Fn(char) -> String,
    ) -> Result<(), Failure> {
        let mut characters = text.char_indices().peekable();
        let mut after_space = false;
        while let Some((at, character)) = characters.next() {
            let alone = !after_space && characters.peek().is_some_and(|(_, next)| *next != ' ');
            if character == ' ' && alone && !is_key && at > 0 && self.column > WIDTH {
                self.line(indent)?;
            } else {
                self.push(&written(character))?;
            }
            after_space = character == ' ';
        }
        Ok(())
    }

    fn double_quoted(&mut self, text: &str, indent: usize, is_key: bool) -> Result<(), Failure> {
        self.push("\"")?;
        let mut characters = text.char_indices().peekable();
        let mut after_space = false;
        while let Some((at, character)) = characters.next() {
            let next = characters.peek().map(|(_, next)| *next);
            if character == ' ' && !after_space && !is_key && at > 0 && next.is_some() && self.column > WIDTH {
                self.line(indent)?;
                if next == Some(' ') {
                    self.push("\\")?;
                }
            } else {
                self.push(&escaped(character))?;
            }
            after_space = character == ' ';
        }
        self.push("\"")
    }

    /// `|` with its hints, and the lines.
    fn literal(&mut self, text: &str, indent: usize) -> Result<(), Failure> {
        self.push("|")?;
        if text.starts_with([' ', '\n']) {
            self.push("2")?;
        }
        if !text.ends_with('\n') {
            self.push("-")?;
        } else if text == "\n" || text.ends_with("\n\n") {
            self.push("+")?;
        }
        self.push("\n")?;
        for line in text.split_inclusive('\n') {
            if line != "\n" {
                self.line(indent)?;
            }
            self.push(line)?;
        }
        Ok(())
    }
}

/// What decides how a string may be written.
struct Facts {
    /// Whether it can stand without quotes, as far as its characters go.
    plain: bool,
    /// Whether it has characters that must be escaped.
    special: bool,
    /// Whether a space stands before a line end.
    space_before_break: bool,
}

impl Facts {
    fn of(text: &str) -> Self {
        let mut plain = !text.starts_with("---") && !text.starts_with("...");
        plain &= !text.starts_with(' ') && !text.ends_with(' ');
        let mut special = false;
        let mut space_before_break = false;
        let mut before = None;
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            let blank_follows = characters.peek().is_none_or(|next| matches!(next, ' ' | '\t' | '\n'));
            plain &= match (before, character) {
                (
                    None,
                    '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`',
                ) => false,
                (None, '?' | '-') | (_, ':') => !blank_follows,
                (Some(before), '#') => !matches!(before, ' ' | '\t' | '\n'),
                _ => true,
            };
            special |= !is_printable(character);
            space_before_break |= before == Some(' ') && character == '\n';
            before = Some(character);
        }
        // Nothing at all is written as quotes.
        Self { plain: plain && !special && !text.is_empty(), special, space_before_break }
    }
}

/// What libyaml writes as it is; the planes beyond the first are escaped.
fn is_printable(character: char) -> bool {
    matches!(character, '\n' | ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

fn escaped(character: char) -> String {
    match character {
        '\0' => "\\0".to_owned(),
        '\x07' => "\\a".to_owned(),
        '\x08' => "\\b".to_owned(),
        '\t' => "\\t".to_owned(),
        '\n' => "\\n".to_owned(),
        '\x0b' => "\\v".to_owned(),
        '\x0c' => "\\f".to_owned(),
        '\r' => "\\r".to_owned(),
        '\x1b' => "\\e".to_owned(),
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\u{85}' => "\\N".to_owned(),
        '\u{2028}' => "\\L".to_owned(),
        '\u{2029}' => "\\P".to_owned(),
        plain if is_printable(plain) => plain.to_string(),
        other => match u32::from(other) {
            code @ ..=0xff => format!("\\x{code:02X}"),
            code @ ..=0xffff => format!("\\u{code:04X}"),
            code => format!("\\U{code:08X}"),
        },
    }
}

/// The order of keys: truth values and numbers by value, then nothing, then strings with the numbers in them by value.
fn compare(left: &Key, right: &Key) -> Ordering {
    match (left, right) {
        (Key::String(left), Key::String(right)) => {
            compare_naturally(&String::from_utf8_lossy(left), &String::from_utf8_lossy(right))
        }
        _ => match (number(left), number(right)) {
            (Some(left), Some(right)) => left.total_cmp(&right),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => left.cmp(right),
        },
    }
}

#[expect(clippy::cast_precision_loss, reason = "Go compares them so")]
fn number(key: &Key) -> Option<f64> {
    match key {
        Key::Bool(truth) => Some(f64::from(*truth)),
        Key::Int(number) => Some(*number as f64),
        Key::Float(number) => Some(*number),
        Key::Nil | Key::String(_) => None,
    }
}

/// `a2` before `a10`; what is no letter before letters. (Go's own order is none: it finds `a10` before `a1b`, that
/// before `a2`, and `a2` before `a10`.)
fn compare_naturally(left: &str, right: &str) -> Ordering {
    elements(left).cmp(elements(right)).then_with(|| left.cmp(right))
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum KeyElement<'k> {
    Other(char),
    /// Its digits without zeros before them: the number of them, then the digits themselves; then all its digits.
    Number(usize, &'k str, usize),
    Letter(char),
}

fn elements(key: &str) -> impl Iterator<Item = KeyElement<'_>> {
    let mut rest = key;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let digits = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
        let (element, after) = rest.split_at(digits.max(first.len_utf8()));
        rest = after;
        let significant = element.trim_start_matches('0');
        Some(match first {
            '0'..='9' => KeyElement::Number(significant.len(), significant, element.len()),
            letter if letter.is_alphabetic() => KeyElement::Letter(letter),
            other => KeyElement::Other(other),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_ordered_naturally() {
        let mut keys = ["b", "a10", "a2", "a", "_x", "a1b", "a01", "10", "9"];
        keys.sort_by(|left, right| compare_naturally(left, right));
        assert_eq!(keys, ["_x", "9", "10", "a", "a1b", "a01", "a2", "a10", "b"]);
    }
}
