//! `printf`: the directives of a format, as Go's fmt reads them.
//!
//! Reads flags, widths and indexes; what a verb makes of a value is the formatter's.

use super::super::budget::Writer;
use super::super::error::Failure;
use super::super::value::Value;
use super::plain;

mod formatter;

use formatter::Formatter;

/// The largest width or precision.
const MAX_WIDTH: usize = 1_000_000;

/// What stands between `%` and the verb.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "Go's five flags are independent")]
pub(super) struct Flags {
    pub(super) plus: bool,
    pub(super) minus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

/// Writes a format with its values. Mistakes are written into the result, `%!d(string=x)`, as Go does.
pub(in super::super) fn printf(out: &mut Writer<'_>, format: &[u8], values: &[Value]) -> Result<(), Failure> {
    let mut reader = Reader { format, at: 0, values, next: 0, reordered: false, good_index: true };
    while let Some(found) = reader.rest().iter().position(|byte| *byte == b'%') {
        out.push(&reader.rest()[..found])?;
        reader.at += found + 1;
        reader.directive(out)?;
    }
    out.push(reader.rest())?;
    if reader.reordered || reader.next >= values.len() {
        return Ok(());
    }
    out.push("%!(EXTRA ")?;
    for (index, value) in values[reader.next..].iter().enumerate() {
        if index > 0 {
            out.push(", ")?;
        }
        typed(out, value)?;
    }
    out.push(")")
}

/// `type=value`
pub(super) fn typed(out: &mut Writer<'_>, value: &Value) -> Result<(), Failure> {
    if !matches!(value, Value::Nil) {
        out.push(value.type_name())?;
        out.push("=")?;
    }
    plain(out, value)
}

struct Reader<'a> {
    format: &'a [u8],
    at: usize,
    values: &'a [Value],
    /// The value that the next verb takes.
    next: usize,
    /// Whether an index `[n]` was used: then no value is superfluous.
    reordered: bool,
    /// Whether the indexes of this directive are right.
    good_index: bool,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a [u8] {
        &self.format[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    fn directive(&mut self, out: &mut Writer<'_>) -> Result<(), Failure> {
        self.good_index = true;
        let mut flags = self.flags();
        let mut after_index = self.index();
        if self.peek() == Some(b'*') {
            self.at += 1;
            match self.star() {
                Some(width) => {
                    flags.minus |= width < 0;
                    flags.width = usize::try_from(width.unsigned_abs()).ok();
                }
                None => out.push("%!(BADWIDTH)")?,
            }
            after_index = false;
        } else if let Some(width) = self.number() {
            flags.width = Some(width);
            // `%[3]2d` is a mistake.
            self.good_index &= !after_index;
        }
        if self.peek() == Some(b'.') && self.rest().len() > 1 {
            self.at += 1;
            self.good_index &= !after_index;
            after_index = self.index();
            if self.peek() == Some(b'*') {
                self.at += 1;
                flags.precision = self.star().and_then(|precision| usize::try_from(precision).ok());
                if flags.precision.is_none() {
                    out.push("%!(BADPREC)")?;
                }
                after_index = false;
            } else {
                flags.precision = Some(self.number().unwrap_or(0));
            }
        }
        if !after_index {
            self.index();
        }
        let Some(verb) = self.verb() else { return out.push("%!(NOVERB)") };
        if verb == '%' {
            return out.push("%");
        }
        if !self.good_index {
            return out.push(format!("%!{verb}(BADINDEX)"));
        }
        let Some(value) = self.values.get(self.next) else { return out.push(format!("%!{verb}(MISSING)")) };
        self.next += 1;
        Formatter::new(out, flags, verb).value(value)
    }

    fn flags(&mut self) -> Flags {
        let mut flags = Flags::default();
        loop {
            match self.peek() {
                Some(b'#') => flags.sharp = true,
                Some(b'0') => flags.zero = true,
                Some(b'+') => flags.plus = true,
                Some(b'-') => flags.minus = true,
                Some(b' ') => flags.space = true,
                _ => return flags,
            }
            self.at += 1;
        }
    }

    /// A decimal number. One that is too large (Go tests it before its last digit) swallows the rest of the format.
    fn number(&mut self) -> Option<usize> {
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        let text = String::from_utf8_lossy(&self.rest()[..digits]);
        let number = text.parse::<usize>().ok().filter(|number| number / 10 <= MAX_WIDTH);
        self.at = if digits > 0 && number.is_none() { self.format.len() } else { self.at + digits };
        number
    }

    /// The value of a `*`.
    fn star(&mut self) -> Option<i64> {
        let value = self.values.get(self.next)?;
        self.next += 1;
        let number = value.signed().or_else(|| value.unsigned().and_then(|number| number.try_into().ok()))?;
        (number.unsigned_abs() <= MAX_WIDTH as u64).then_some(number)
    }

    /// `[n]`: which value comes next.
    fn index(&mut self) -> bool {
        if self.peek() != Some(b'[') {
            return false;
        }
        self.reordered = true;
        let Some(length) = self.rest().iter().position(|byte| *byte == b']') else {
            self.good_index = false;
            self.at += 1;
            return false;
        };
        let text = String::from_utf8_lossy(&self.rest()[1..length]).into_owned();
        self.at += length + 1;
        let number = text.parse::<usize>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
        let Some(index) = number else {
            self.good_index = false;
            return false;
        };
        if (1..=self.values.len()).contains(&index) {
            self.next = index - 1;
        } else {
            self.good_index = false;
        }
        true
    }

    fn verb(&mut self) -> Option<char> {
        let rest = self.rest();
        let chunk = rest.utf8_chunks().next()?;
        let verb = chunk.valid().chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
        self.at += if chunk.valid().is_empty() { 1 } else { verb.len_utf8() };
        Some(verb)
    }
}
