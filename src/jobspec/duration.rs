//! Durations as Go has them: signed nanoseconds, written `1h30m0s`.
//!
//! Text form and arithmetic only (Go's `time.ParseDuration` and `Duration.String`).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A length of time in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(i64);

/// Why a text is not a duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseDurationError {
    /// Nothing there, or something that is no number.
    #[error("not a duration: {0:?}")]
    Invalid(String),
    /// A number without a unit.
    #[error("missing unit in duration {0:?}")]
    MissingUnit(String),
    /// A unit Go does not know.
    #[error("unknown unit {unit:?} in duration {text:?}")]
    UnknownUnit {
        /// The unit found.
        unit: String,
        /// The whole text.
        text: String,
    },
    /// More than an `i64` of nanoseconds (292 years).
    #[error("duration {0:?} is out of range")]
    OutOfRange(String),
}

const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

impl Duration {
    /// No time.
    pub const ZERO: Self = Self(0);

    /// From nanoseconds.
    pub const fn from_nanoseconds(nanoseconds: i64) -> Self {
        Self(nanoseconds)
    }

    /// From whole seconds.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds * 1_000_000_000)
    }

    /// Its nanoseconds.
    pub const fn nanoseconds(self) -> i64 {
        self.0
    }

    /// As the standard library has it; negative is zero.
    pub fn to_std(self) -> std::time::Duration {
        std::time::Duration::from_nanos(self.0.max(0).unsigned_abs())
    }

    /// Reads Go's form: an optional sign and one or more decimal numbers, each with a unit (`1h`, `1.5s`, `1m30s`; a bare `0`).
    ///
    /// # Errors
    /// Whatever `time.ParseDuration` refuses.
    pub fn parse(text: &str) -> Result<Self, ParseDurationError> {
        let (negative, mut rest) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        if rest == "0" {
            return Ok(Self::ZERO);
        }
        if rest.is_empty() {
            return Err(ParseDurationError::Invalid(text.to_owned()));
        }
        let mut total: u64 = 0;
        while !rest.is_empty() {
            let (amount, after) = read_term(text, rest)?;
            total = total.checked_add(amount).ok_or_else(|| ParseDurationError::OutOfRange(text.to_owned()))?;
            rest = after;
        }
        let limit = if negative { i64::MIN.unsigned_abs() } else { i64::MAX.unsigned_abs() };
        if total > limit {
            return Err(ParseDurationError::OutOfRange(text.to_owned()));
        }
        let magnitude = total.cast_signed();
        Ok(Self(if negative { magnitude.wrapping_neg() } else { magnitude }))
    }
}

/// One number and its unit, in nanoseconds, and what follows them.
fn read_term<'a>(text: &str, rest: &'a str) -> Result<(u64, &'a str), ParseDurationError> {
    let out_of_range = || ParseDurationError::OutOfRange(text.to_owned());
    let digits = |part: &str| part.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, after) = rest.split_at(digits(rest));
    let (fraction, after) = match after.strip_prefix('.') {
        Some(after) => after.split_at(digits(after)),
        None => ("", after),
    };
    if whole.is_empty() && fraction.is_empty() {
        return Err(ParseDurationError::Invalid(text.to_owned()));
    }
    let unit_length = after.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(after.len());
    let (unit, after) = after.split_at(unit_length);
    if unit.is_empty() {
        return Err(ParseDurationError::MissingUnit(text.to_owned()));
    }
    let size = UNITS
        .iter()
        .find(|(name, _)| *name == unit)
        .map(|(_, size)| *size)
        .ok_or_else(|| ParseDurationError::UnknownUnit { unit: unit.to_owned(), text: text.to_owned() })?;
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| out_of_range())? };
    let mut amount = whole.checked_mul(size).ok_or_else(out_of_range)?;
    // 19 digits are all that can matter: an hour has 3.6e12 nanoseconds.
    let fraction = &fraction[..fraction.len().min(19)];
    if !fraction.is_empty() {
        let scale = 10_u128.pow(u32::try_from(fraction.len()).unwrap_or(19));
        let part = u128::from(fraction.parse::<u64>().map_err(|_| out_of_range())?) * u128::from(size) / scale;
        amount = amount.checked_add(u64::try_from(part).map_err(|_| out_of_range())?).ok_or_else(out_of_range)?;
    }
    Ok((amount, after))
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.0.unsigned_abs();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        if total < 1_000_000_000 {
            return match total {
                0 => f.write_str("0s"),
                1..1_000 => write!(f, "{total}ns"),
                1_000..1_000_000 => decimal(f, total, 1_000, "µs"),
                _ => decimal(f, total, 1_000_000, "ms"),
            };
        }
        let (minutes, nanoseconds) = (total / 60_000_000_000, total % 60_000_000_000);
        if minutes >= 60 {
            write!(f, "{}h", minutes / 60)?;
        }
        if minutes > 0 {
            write!(f, "{}m", minutes % 60)?;
        }
        decimal(f, nanoseconds, 1_000_000_000, "s")
    }
}

fn decimal(f: &mut fmt::Formatter<'_>, value: u64, size: u64, unit: &str) -> fmt::Result {
    let (whole, part) = (value / size, value % size);
    if part == 0 {
        return write!(f, "{whole}{unit}");
    }
    let width = size.ilog10() as usize;
    let digits = format!("{part:0width$}");
    write!(f, "{whole}.{}{unit}", digits.trim_end_matches('0'))
}

impl Serialize for Duration {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Duration {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "A length of time as Go writes it: `1h30m0s`.",
            "pattern": "^-?([0-9]+(\\.[0-9]+)?(ns|µs|ms|s|m|h))+$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_as_go_does() {
        for (text, nanoseconds, written) in [
            ("0", 0, "0s"),
            ("5s", 5_000_000_000, "5s"),
            ("1h30m", 5_400_000_000_000, "1h30m0s"),
            ("1.5s", 1_500_000_000, "1.5s"),
            (".5m", 30_000_000_000, "30s"),
            ("-1m0.25s", -60_250_000_000, "-1m0.25s"),
            ("100ms", 100_000_000, "100ms"),
            ("1us", 1_000, "1µs"),
            ("9223372036854775807ns", i64::MAX, "2562047h47m16.854775807s"),
            ("-9223372036854775808ns", i64::MIN, "-2562047h47m16.854775808s"),
        ] {
            let duration = Duration::parse(text).unwrap();
            assert_eq!(duration.nanoseconds(), nanoseconds, "{text}");
            assert_eq!(duration.to_string(), written, "{text}");
        }
    }

    #[test]
    fn refuses_what_go_refuses() {
        for text in ["", "-", "5", "s", "1d", "1 s", "1h-5m", "x", ".s", "9223372036854775808ns", "3000000h"] {
            assert!(Duration::parse(text).is_err(), "{text}");
        }
    }
}
