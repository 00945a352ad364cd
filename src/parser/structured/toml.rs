//! TOML → values.
//!
//! Reading is the `toml` crate's; here its tables become values in the order of the file, and its errors findings.

use std::borrow::Cow;
use std::ops::Range;

use bumpalo::Bump;
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use super::problem;
use super::value::{Member, Text, Value, ValueKind};
use crate::diagnostic::{FileId, Sink, Span};
use crate::parser::Name;

/// Findings reported for one file; there may be one a byte.
const MAX_ERRORS: usize = 100;

/// The members of a document, as far as it could be read.
pub(super) fn read<'a>(text: &'a str, file: FileId, arena: &'a Bump, sink: &mut Sink) -> &'a [Member<'a>] {
    let (document, errors) = DeTable::parse_recoverable(text);
    let reader = Reader { text, file, arena };
    reader.report(&errors, sink);
    reader.members(document.get_ref(), sink)
}

struct Reader<'a> {
    text: &'a str,
    file: FileId,
    arena: &'a Bump,
}

impl<'a> Reader<'a> {
    /// One finding a line: what follows an error on its line mostly follows from it.
    fn report(&self, errors: &[toml::de::Error], sink: &mut Sink) {
        let mut errors: Vec<_> = errors.iter().map(|error| (error.span().unwrap_or(0..0), error.message())).collect();
        errors.sort_by_key(|(range, _)| range.start);
        let mut next_line = 0;
        let mut reported = 0;
        for (range, message) in errors {
            let start = range.start.min(self.text.len());
            if start < next_line || reported == MAX_ERRORS {
                continue;
            }
            let line_end = memchr::memchr(b'\n', &self.text.as_bytes()[start..]);
            next_line = line_end.map_or(self.text.len(), |newline| start + newline) + 1;
            reported += 1;
            sink.push(problem::toml(message, self.span(range)));
        }
    }

    fn members(&self, table: &DeTable<'a>, sink: &mut Sink) -> &'a [Member<'a>] {
        let mut members: Vec<_> = table
            .iter()
            .map(|(key, value)| {
                let name = self.text(key.get_ref());
                let key_span = self.span(key.span());
                Member {
                    key: Name { text: name.text, span: key_span },
                    key_offset: name.offset,
                    value: self.value(value, sink),
                }
            })
            .collect();
        members.sort_by_key(|member| member.key.span.start);
        self.arena.alloc_slice_copy(&members)
    }

    fn value(&self, value: &Spanned<DeValue<'a>>, sink: &mut Sink) -> Value<'a> {
        let span = self.span(value.span());
        let kind = match value.get_ref() {
            DeValue::String(text) => ValueKind::String(self.text(text)),
            DeValue::Boolean(value) => ValueKind::Bool(*value),
            DeValue::Integer(integer) => {
                if let Some(digits) = decimal(integer) {
                    self.number(&digits)
                } else {
                    sink.push(problem::number_too_large(span));
                    ValueKind::Null
                }
            }
            DeValue::Float(float) => {
                let digits = float.as_str();
                if digits.contains(|character: char| character.is_ascii_alphabetic() && !matches!(character, 'e' | 'E'))
                {
                    sink.push(problem::not_finite(digits, span));
                    ValueKind::Null
                } else {
                    self.number(digits)
                }
            }
            DeValue::Datetime(_) => {
                sink.push(problem::date(span));
                ValueKind::Null
            }
            DeValue::Array(items) => {
                let items: Vec<_> = items.iter().map(|item| self.value(item, sink)).collect();
                ValueKind::Array(self.arena.alloc_slice_copy(&items))
            }
            DeValue::Table(table) => ValueKind::Object(self.members(table, sink)),
        };
        Value { kind, span }
    }

    fn number(&self, digits: &str) -> ValueKind<'a> {
        let negative = digits.starts_with('-');
        ValueKind::Number { negative, digits: self.arena.alloc_str(digits.trim_start_matches(['-', '+'])) }
    }

    fn text(&self, text: &Cow<'a, str>) -> Text<'a> {
        match text {
            Cow::Borrowed(text) => {
                let offset = (text.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
                let inside = self.text.get(offset..offset.saturating_add(text.len())) == Some(text);
                Text { text, offset: inside.then_some(offset) }
            }
            Cow::Owned(text) => Text { text: self.arena.alloc_str(text), offset: None },
        }
    }

    fn span(&self, range: Range<usize>) -> Span {
        let boundary = |at: usize| {
            let boundary = (0..=at.min(self.text.len())).rev().find(|at| self.text.is_char_boundary(*at));
            boundary.and_then(|at| u32::try_from(at).ok()).unwrap_or(0)
        };
        let start = boundary(range.start);
        Span::new(self.file, start, boundary(range.end).max(start))
    }
}

/// An integer in decimal digits, of any size where it is written so.
fn decimal<'i>(integer: &'i DeInteger<'_>) -> Option<Cow<'i, str>> {
    if integer.radix() == 10 {
        return Some(Cow::Borrowed(integer.as_str()));
    }
    u128::from_str_radix(integer.as_str(), integer.radix()).ok().map(|number| Cow::Owned(number.to_string()))
}
