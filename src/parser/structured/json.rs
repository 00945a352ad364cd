//! JSON → values.
//!
//! RFC 8259, with spans and as many errors as can be told apart; what the members mean is `mapping`'s question.

use bumpalo::Bump;

use super::json_string;
use super::problem;
use super::value::{Member, Text, Value, ValueKind};
use crate::diagnostic::{Diagnostic, FileId, Sink, Span};
use crate::parser::hcl::too_deep;
use crate::parser::{MAX_DEPTH, Name};

/// Errors after which the rest is not read.
const MAX_ERRORS: usize = 100;

/// The members of a document: of its object, or of all objects of its array.
pub(super) fn read<'a>(text: &'a str, file: FileId, arena: &'a Bump, sink: &mut Sink) -> &'a [Member<'a>] {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut reader = Reader { text, position: start, file, arena, sink, depth: 0, errors: 0 };
    let Ok(value) = reader.document() else { return &[] };
    match value.kind {
        ValueKind::Object(members) => members,
        ValueKind::Array(items) => {
            let mut all = Vec::new();
            for item in items {
                match item.kind {
                    ValueKind::Object(members) => all.extend_from_slice(members),
                    _ => reader.report(problem::object_expected(item.span)),
                }
            }
            arena.alloc_slice_copy(&all)
        }
        _ => {
            reader.report(problem::object_expected(value.span));
            &[]
        }
    }
}

/// The reason is in the sink.
struct Failed;

type Parsed<T> = Result<T, Failed>;

struct Reader<'a, 's> {
    text: &'a str,
    position: usize,
    file: FileId,
    arena: &'a Bump,
    sink: &'s mut Sink,
    depth: usize,
    errors: usize,
}

impl<'a> Reader<'a, '_> {
    fn document(&mut self) -> Parsed<Value<'a>> {
        let value = self.value()?;
        self.skip_blanks();
        if self.position < self.text.len() {
            let place = self.span(self.position, self.position + self.character_length());
            self.report(problem::json("text after the end of the document", place, "not expected", "remove it"));
        }
        Ok(value)
    }

    fn value(&mut self) -> Parsed<Value<'a>> {
        self.skip_blanks();
        let start = self.position;
        let kind = match self.byte() {
            Some(b'{') => self.object()?,
            Some(b'[') => self.array()?,
            Some(b'"') => ValueKind::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') => self.word()?,
            Some(b'\'') => {
                let place = self.span(start, start + 1);
                return self.fail(problem::json(
                    "single quotes are not valid",
                    place,
                    "not valid",
                    "use double quotes",
                ));
            }
            _ => return self.fail_unexpected("a value"),
        };
        Ok(Value { kind, span: self.span(start, self.position) })
    }

    fn object(&mut self) -> Parsed<ValueKind<'a>> {
        let open = self.position;
        self.enter()?;
        let mut members = Vec::new();
        while !self.at_close(b'}') {
            if self.byte() != Some(b'"') {
                return self.fail_in(open, "a key between double quotes or `}`");
            }
            let start = self.position;
            let key = self.string()?;
            let name = Name { text: key.text, span: self.span(start, self.position) };
            self.skip_blanks();
            match self.byte() {
                Some(b':') => self.position += 1,
                Some(b'=') => {
                    let place = self.span(self.position, self.position + 1);
                    self.report(problem::json("`=` after a key", place, "expected `:`", "write `\"key\": value`"));
                    self.position += 1;
                }
                _ => return self.fail_in(open, "`:` after the key"),
            }
            let value = self.value()?;
            members.push(Member { key: name, key_offset: key.offset, value });
            self.separator(open, b'}')?;
        }
        self.leave();
        Ok(ValueKind::Object(self.arena.alloc_slice_copy(&members)))
    }

    fn array(&mut self) -> Parsed<ValueKind<'a>> {
        let open = self.position;
        self.enter()?;
        let mut items = Vec::new();
        while !self.at_close(b']') {
            if self.byte().is_none() {
                return self.fail_in(open, "a value or `]`");
            }
            let item = self.value()?;
            items.push(item);
            self.separator(open, b']')?;
        }
        self.leave();
        Ok(ValueKind::Array(self.arena.alloc_slice_copy(&items)))
    }

    fn enter(&mut self) -> Parsed<()> {
        if self.depth >= MAX_DEPTH {
            let place = self.span(self.position, self.position + 1);
            return self.fail(too_deep(place));
        }
        self.depth += 1;
        self.position += 1;
        Ok(())
    }

    fn leave(&mut self) {
        self.depth -= 1;
        self.position += 1;
    }

    fn at_close(&mut self, close: u8) -> bool {
        self.skip_blanks();
        self.byte() == Some(close)
    }

    /// The comma after an item; one too many or too few is reported and passed over.
    fn separator(&mut self, open: usize, close: u8) -> Parsed<()> {
        let end = self.position;
        self.skip_blanks();
        match self.byte() {
            Some(b',') => {
                let comma = self.position;
                self.position += 1;
                self.skip_blanks();
                if self.byte() == Some(close) {
                    let place = self.span(comma, comma + 1);
                    self.report(problem::json(
                        "a comma after the last item",
                        place,
                        "not expected",
                        "remove the comma",
                    ));
                }
                Ok(())
            }
            Some(byte) if byte == close => Ok(()),
            Some(b'"' | b'{' | b'[' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
                let place = self.span(end, end);
                self.report(problem::json(
                    "no comma between two items",
                    place,
                    "expected `,`",
                    "separate items by commas",
                ));
                Ok(())
            }
            _ => self.fail_in(open, if close == b'}' { "`,` or `}`" } else { "`,` or `]`" }),
        }
    }

    fn string(&mut self) -> Parsed<Text<'a>> {
        let open = self.position;
        let Some(length) = json_string::length(&self.text[open..]) else {
            let place = self.span(open, open + 1);
            let message = "a string that is never closed";
            return self.fail(problem::json(message, place, "opens here", "add the closing quote"));
        };
        let raw = &self.text[open + 1..open + length - 1];
        self.position = open + length;
        let (text, errors) = json_string::unescape(raw, self.arena);
        for error in errors {
            let place = self.span(open + 1 + error.range.start, open + 1 + error.range.end);
            self.report(problem::json(error.message, place, "not valid in a string", error.help));
        }
        let offset = std::ptr::eq(text, raw).then_some(open + 1);
        Ok(Text { text, offset })
    }

    fn number(&mut self) -> ValueKind<'a> {
        let start = self.position;
        let rest = &self.text[start..];
        let length = rest
            .find(|character: char| !matches!(character, '0'..='9' | '+' | '-' | '.' | 'e' | 'E' | '_' | 'a'..='z' | 'A'..='Z'))
            .unwrap_or(rest.len());
        let number = &rest[..length];
        self.position += length;
        if !is_number(number) {
            let place = self.span(start, self.position);
            let message = format!("`{number}` is not a JSON number");
            self.report(problem::json(message, place, "not a number", "write decimal digits, without leading zeros"));
            return ValueKind::Null;
        }
        ValueKind::Number { negative: number.starts_with('-'), digits: number.trim_start_matches('-') }
    }

    fn word(&mut self) -> Parsed<ValueKind<'a>> {
        let start = self.position;
        let rest = &self.text[start..];
        let length =
            rest.find(|character: char| !character.is_alphanumeric() && character != '_').unwrap_or(rest.len());
        let kind = match &rest[..length] {
            "null" => ValueKind::Null,
            "true" => ValueKind::Bool(true),
            "false" => ValueKind::Bool(false),
            _ => {
                let place = self.span(start, start + length);
                return self.fail(problem::json(
                    "text without quotes",
                    place,
                    "not a JSON value",
                    "put text between quotes",
                ));
            }
        };
        self.position += length;
        Ok(kind)
    }

    /// Passes over white space; comments too, which are reported.
    fn skip_blanks(&mut self) {
        loop {
            match self.byte() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.position += 1,
                Some(b'/' | b'#') => {
                    let rest = &self.text[self.position..];
                    let length = if rest.starts_with("/*") {
                        rest.find("*/").map_or(rest.len(), |end| end + 2)
                    } else if rest.starts_with("//") || rest.starts_with('#') {
                        rest.find('\n').unwrap_or(rest.len())
                    } else {
                        return;
                    };
                    let place = self.span(self.position, self.position + length);
                    let help = "remove it, or write it as a member: \"//\": \"text\"";
                    self.report(problem::json("JSON has no comments", place, "a comment", help));
                    self.position += length;
                }
                _ => return,
            }
        }
    }

    fn byte(&self) -> Option<u8> {
        if self.errors > MAX_ERRORS {
            return None;
        }
        self.text.as_bytes().get(self.position).copied()
    }

    fn character_length(&self) -> usize {
        self.text[self.position..].chars().next().map_or(0, char::len_utf8)
    }

    fn fail_in<T>(&mut self, open: usize, expected: &str) -> Parsed<T> {
        let opener = self.span(open, open + 1);
        let diagnostic = self.unexpected(expected).label(opener, "in what opens here");
        self.fail(diagnostic)
    }

    fn fail_unexpected<T>(&mut self, expected: &str) -> Parsed<T> {
        let diagnostic = self.unexpected(expected);
        self.fail(diagnostic)
    }

    fn unexpected(&self, expected: &str) -> Diagnostic {
        let length = self.character_length();
        let found = match &self.text[self.position..self.position + length] {
            "" => "the end of the file".to_owned(),
            character if character.chars().any(char::is_control) => "a control character".to_owned(),
            character => format!("`{character}`"),
        };
        let place = self.span(self.position, self.position + length);
        let help = "see RFC 8259: keys and text between double quotes, items separated by commas";
        problem::json(format!("expected {expected}, found {found}"), place, &format!("expected {expected}"), help)
    }

    fn fail<T>(&mut self, diagnostic: Diagnostic) -> Parsed<T> {
        self.report(diagnostic);
        Err(Failed)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.errors += 1;
        if self.errors <= MAX_ERRORS {
            self.sink.push(diagnostic);
        }
        if self.errors == MAX_ERRORS {
            self.errors += 1;
            self.sink.push(problem::too_many_errors(self.span(self.position, self.position)));
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let offset = |at: usize| u32::try_from(at.min(self.text.len())).unwrap_or(u32::MAX);
        Span::new(self.file, offset(start), offset(end))
    }
}

/// The grammar of RFC 8259, section 6.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) =
        text.split_once(['e', 'E']).map_or((text, None), |(before, after)| (before, Some(after)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(before, after)| (before, Some(after)));
    digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}
