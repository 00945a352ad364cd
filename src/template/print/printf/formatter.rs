//! What a verb makes of a value.
//!
//! One directive at a time; which value belongs to which directive is the reader's.

use super::super::super::budget::Writer;
use super::super::super::error::Failure;
use super::super::super::value::Value;
use super::super::float::format_float;
use super::super::quote::{Ascii, can_be_raw, is_printable, quoted, quoted_character};
use super::Flags;

pub(super) struct Formatter<'w, 'b> {
    out: &'w mut Writer<'b>,
    flags: Flags,
    verb: char,
    /// `%#v`: as Go source would have it.
    as_source: bool,
}

impl<'w, 'b> Formatter<'w, 'b> {
    pub(super) fn new(out: &'w mut Writer<'b>, mut flags: Flags, verb: char) -> Self {
        let as_source = flags.sharp && verb == 'v';
        if verb == 'v' {
            flags.sharp = false;
            flags.plus = false;
        }
        Self { out, flags, verb, as_source }
    }

    pub(super) fn value(&mut self, value: &Value) -> Result<(), Failure> {
        match (self.verb, value) {
            ('T' | 'v', Value::Nil) => self.pad(b"<nil>"),
            ('T', _) => self.text(value.type_name().as_bytes()),
            _ => self.element(value),
        }
    }

    fn element(&mut self, value: &Value) -> Result<(), Failure> {
        self.out.budget().spend_items(1)?;
        match value {
            Value::Nil => self.bad_verb(value),
            Value::Bool(truth) => match self.verb {
                't' | 'v' => self.pad(if *truth { b"true" } else { b"false" }),
                _ => self.bad_verb(value),
            },
            Value::Int(number) | Value::Int64(number) => self.integer(value, *number < 0, number.unsigned_abs(), true),
            Value::Byte(number) => self.integer(value, false, (*number).into(), false),
            Value::Uint64(number) => self.integer(value, false, *number, false),
            Value::Float(number) => self.float(value, *number),
            Value::String(bytes) => match self.verb {
                'v' if self.as_source => self.quoted(bytes),
                'v' | 's' => self.text(bytes),
                'x' => self.hexadecimal(bytes, *b"0123456789abcdefx"),
                'X' => self.hexadecimal(bytes, *b"0123456789ABCDEFX"),
                'q' => self.quoted(bytes),
                _ => self.bad_verb(value),
            },
            Value::List(list) => {
                self.open(value, "[")?;
                for (index, item) in list.items.iter().enumerate() {
                    self.separate(index)?;
                    self.inner(item)?;
                }
                self.close("]")
            }
            Value::Map(map) => {
                self.open(value, "map[")?;
                for (index, (key, item)) in map.entries.iter().enumerate() {
                    self.separate(index)?;
                    self.inner(&Value::from(key))?;
                    self.out.push(":")?;
                    self.inner(item)?;
                }
                self.close("]")
            }
            Value::Loop(..) | Value::Scratch => {
                Err(Failure::new(format!("a value of type {} cannot be printed", value.type_name())))
            }
        }
    }

    /// A value within another.
    fn inner(&mut self, value: &Value) -> Result<(), Failure> {
        match value {
            Value::Nil if self.as_source => self.out.push("interface {}(nil)"),
            Value::Nil => self.out.push("<nil>"),
            value => self.element(value),
        }
    }

    fn open(&mut self, value: &Value, bracket: &str) -> Result<(), Failure> {
        if !self.as_source {
            return self.out.push(bracket);
        }
        self.out.push(value.type_name())?;
        self.out.push("{")
    }

    fn separate(&mut self, index: usize) -> Result<(), Failure> {
        match (index, self.as_source) {
            (0, _) => Ok(()),
            (_, true) => self.out.push(", "),
            (_, false) => self.out.push(" "),
        }
    }

    fn close(&mut self, bracket: &str) -> Result<(), Failure> {
        self.out.push(if self.as_source { "}" } else { bracket })
    }

    /// `%!d(string=text)`
    fn bad_verb(&mut self, value: &Value) -> Result<(), Failure> {
        self.out.push(format!("%!{}(", self.verb))?;
        if matches!(value, Value::Nil) {
            self.out.push("<nil>")?;
        } else {
            self.out.push(value.type_name())?;
            self.out.push("=")?;
            Formatter { out: &mut *self.out, flags: self.flags, verb: 'v', as_source: false }.element(value)?;
        }
        self.out.push(")")
    }

    /// Pads on the side and with the byte that the flags say.
    fn pad(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let missing = self.flags.width.unwrap_or(0).saturating_sub(characters(bytes));
        if self.flags.minus {
            self.out.push(bytes)?;
            return self.out.fill(b' ', missing);
        }
        self.out.fill(if self.flags.zero { b'0' } else { b' ' }, missing)?;
        self.out.push(bytes)
    }

    fn pad_with_spaces(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let zero = std::mem::replace(&mut self.flags.zero, false);
        let done = self.pad(bytes);
        self.flags.zero = zero;
        done
    }

    /// A string cut to the precision.
    fn text(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.pad(cut(bytes, self.flags.precision))
    }

    fn quoted(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let bytes = cut(bytes, self.flags.precision);
        if self.flags.sharp && can_be_raw(bytes) {
            return self.pad(&[b"`", bytes, b"`"].concat());
        }
        let text = quoted(bytes, self.ascii());
        self.pad(text.as_bytes())
    }

    fn ascii(&self) -> Ascii {
        if self.flags.plus { Ascii::Only } else { Ascii::Beyond }
    }

    /// The bytes of a string in pairs of digits; the last of the digits is the prefix's letter.
    fn hexadecimal(&mut self, bytes: &[u8], digits: [u8; 17]) -> Result<(), Failure> {
        let bytes = &bytes[..bytes.len().min(self.flags.precision.unwrap_or(usize::MAX))];
        let prefix = [b'0', digits[16]];
        let mut text = Vec::with_capacity(bytes.len() * 2);
        for (index, byte) in bytes.iter().enumerate() {
            if self.flags.space && index > 0 {
                text.push(b' ');
            }
            if self.flags.sharp && (index == 0 || self.flags.space) {
                text.extend(prefix);
            }
            text.extend([digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]]);
        }
        self.pad(&text)
    }

    fn integer(&mut self, value: &Value, negative: bool, magnitude: u64, signed: bool) -> Result<(), Failure> {
        let digits = match self.verb {
            'v' if self.as_source && !signed => {
                let sharp = std::mem::replace(&mut self.flags.sharp, true);
                let done = self.digits(negative, &format!("{magnitude:x}"), "0x");
                self.flags.sharp = sharp;
                return done;
            }
            'd' | 'v' => return self.digits(negative, &magnitude.to_string(), ""),
            'b' => return self.digits(negative, &format!("{magnitude:b}"), "0b"),
            'o' => return self.digits(negative, &format!("{magnitude:o}"), "0"),
            'x' => return self.digits(negative, &format!("{magnitude:x}"), "0x"),
            'X' => return self.digits(negative, &format!("{magnitude:X}"), "0X"),
            'O' if self.flags.sharp && magnitude > 0 => format!("0{magnitude:o}"),
            'O' => format!("{magnitude:o}"),
            'c' | 'q' | 'U' => return self.character(negative, magnitude),
            _ => return self.bad_verb(value),
        };
        let sharp = std::mem::replace(&mut self.flags.sharp, true);
        let done = self.digits(negative, &digits, "0o");
        self.flags.sharp = sharp;
        done
    }

    /// A number's digits with sign and prefix.
    fn digits(&mut self, negative: bool, digits: &str, prefix: &str) -> Result<(), Failure> {
        let Flags { plus, space, zero, minus, width, precision, sharp } = self.flags;
        if precision == Some(0) && digits == "0" {
            return self.out.fill(b' ', width.unwrap_or(0));
        }
        let signed = negative || plus || space;
        let least = match (precision, width) {
            (Some(precision), _) => precision,
            (None, Some(width)) if zero && !minus => width - usize::from(signed && width > 0),
            _ => 0,
        };
        let sign = match (negative, plus, space) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (_, _, true) => " ",
            _ => "",
        };
        let padded = format!("{digits:0>least$}");
        // The octal prefix is one zero, unless there is one already.
        let prefix = if sharp && !(prefix == "0" && padded.starts_with('0')) { prefix } else { "" };
        self.pad_with_spaces(format!("{sign}{prefix}{padded}").as_bytes())
    }

    /// `%c`, `%q` and `%U` of a number.
    fn character(&mut self, negative: bool, code: u64) -> Result<(), Failure> {
        let known = u32::try_from(code).ok().filter(|_| !negative).and_then(char::from_u32);
        let shown = known.unwrap_or(char::REPLACEMENT_CHARACTER);
        match self.verb {
            'c' => self.pad(shown.encode_utf8(&mut [0; 4]).as_bytes()),
            'q' => {
                let text = quoted_character(shown, self.ascii());
                self.pad(text.as_bytes())
            }
            _ => {
                let code = if negative { code.wrapping_neg() } else { code };
                let least = self.flags.precision.unwrap_or(4).max(4);
                let text = match known.filter(|known| self.flags.sharp && is_printable(*known)) {
                    Some(known) => format!("U+{code:0>least$X} '{known}'"),
                    None => format!("U+{code:0>least$X}"),
                };
                self.pad_with_spaces(text.as_bytes())
            }
        }
    }

    fn float(&mut self, value: &Value, number: f64) -> Result<(), Failure> {
        let (format, default) = match self.verb {
            'v' | 'g' => (b'g', None),
            'G' => (b'G', None),
            'e' => (b'e', Some(6)),
            'E' => (b'E', Some(6)),
            'f' | 'F' => (b'f', Some(6)),
            'b' | 'x' | 'X' => {
                return Err(Failure::new(format!("the verb `%{}` for a floating-point number", self.verb))
                    .help("`%v`, `%f`, `%e` and `%g` are there"));
            }
            _ => return self.bad_verb(value),
        };
        let precision = self.flags.precision.or(default);
        let text = format_float(number, format, precision);
        let (sign, mut digits) = match text.as_bytes()[0] {
            b'-' => ("-", text[1..].to_owned()),
            b'+' => ("+", text[1..].to_owned()),
            _ => ("+", text),
        };
        let Flags { plus, space, zero, minus, width, sharp, .. } = self.flags;
        let sign = if sign == "+" && space && !plus { " " } else { sign };
        if !number.is_finite() {
            let sign = if number.is_nan() && !space && !plus { "" } else { sign };
            return self.pad_with_spaces(format!("{sign}{digits}").as_bytes());
        }
        if sharp {
            digits = with_point(&digits, format.eq_ignore_ascii_case(&b'g').then_some(precision.unwrap_or(6)));
        }
        if sign == "+" && !plus {
            return self.pad(digits.as_bytes());
        }
        if let (true, false, Some(width)) = (zero, minus, width) {
            // The sign stands before the zeros.
            self.out.push(sign)?;
            self.out.fill(b'0', width.saturating_sub(digits.len() + 1))?;
            return self.out.push(digits);
        }
        self.pad(format!("{sign}{digits}").as_bytes())
    }
}

/// `%#g`: always a decimal point, and as many significant digits as asked for.
fn with_point(digits: &str, significant: Option<usize>) -> String {
    let (mantissa, exponent) = digits.split_at(digits.find(['e', 'E']).unwrap_or(digits.len()));
    let counted = mantissa.trim_start_matches(['0', '.']).bytes().filter(u8::is_ascii_digit).count();
    let counted = if mantissa == "0" { 1 } else { counted };
    let point = if mantissa.contains('.') { "" } else { "." };
    let zeros = "0".repeat(significant.unwrap_or(0).saturating_sub(counted));
    format!("{mantissa}{point}{zeros}{exponent}")
}

/// How many characters Go counts: each byte that belongs to none is one too.
fn characters(bytes: &[u8]) -> usize {
    bytes.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
}

/// The first so many characters.
fn cut(bytes: &[u8], precision: Option<usize>) -> &[u8] {
    let Some(mut left) = precision else { return bytes };
    let mut end = 0;
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid();
        let whole = valid.chars().count();
        if left < whole {
            return &bytes[..end + valid.char_indices().nth(left).map_or(valid.len(), |(at, _)| at)];
        }
        left -= whole;
        end += valid.len();
        let invalid = chunk.invalid().len().min(left);
        end += invalid;
        left -= invalid;
        if invalid < chunk.invalid().len() {
            break;
        }
    }
    &bytes[..end]
}
