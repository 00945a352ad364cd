//! Points in time, as RFC 3339 writes them.

use super::duration::parse_duration;
use super::{Function, FunctionError, Outcome, Parameter, Wanted, text};
use crate::eval::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "formatdate",
        &[Parameter::new("format", Wanted::String), Parameter::new("time", Wanted::String)],
        format_date,
    ),
    Function::new(
        "timeadd",
        &[Parameter::new("time", Wanted::String), Parameter::new("duration", Wanted::String)],
        time_add,
    ),
];

const NANOSECONDS: i128 = 1_000_000_000;
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// A point in time and the offset it is shown in.
#[derive(Clone, Copy)]
pub(super) struct Timestamp {
    /// Since 1970-01-01T00:00:00Z.
    nanoseconds: i128,
    /// Seconds east of Greenwich.
    offset: i64,
}

/// What a clock and calendar show.
struct Civil {
    year: i64,
    month: usize,
    day: i64,
    weekday: usize,
    hour: i64,
    minute: i64,
    second: i64,
}

impl Timestamp {
    /// A time at an offset. `None` where there is no such day or hour.
    pub(super) fn new(date: [i64; 3], time: [i64; 3], nanoseconds: i64, offset: i64) -> Option<Self> {
        let [year, month, day] = date;
        let [hour, minute, second] = time;
        let month_at = usize::try_from(month - 1).ok().filter(|month| *month < 12)?;
        let in_range = (1..=days_in(year, month_at)).contains(&day)
            && (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..60).contains(&second);
        let seconds = (days_before(year, month_at) + day - 1) * 86_400 + hour * 3600 + minute * 60 + second - offset;
        in_range.then(|| Self { nanoseconds: i128::from(seconds) * NANOSECONDS + i128::from(nanoseconds), offset })
    }

    fn civil(self) -> Civil {
        let seconds = i64::try_from(self.nanoseconds.div_euclid(NANOSECONDS)).unwrap_or_default() + self.offset;
        let (days, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        // A guess a little too late, then back to the right year.
        let mut year = 1970 + days.div_euclid(if days < 0 { 366 } else { 365 }) + 1;
        while days_before(year, 0) > days {
            year -= ((days_before(year, 0) - days) / 366).max(1);
        }
        let month = (0..12).rev().find(|month| days_before(year, *month) <= days).unwrap_or_default();
        Civil {
            year,
            month,
            day: days - days_before(year, month) + 1,
            weekday: usize::try_from((days + 4).rem_euclid(7)).unwrap_or_default(),
            hour: of_day / 3600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
        }
    }

    /// As RFC 3339, without fractions of a second.
    pub(super) fn text(self) -> String {
        let Civil { year, month, day, hour, minute, second, .. } = self.civil();
        let zone = if self.offset == 0 { "Z".to_owned() } else { self.zone(":") };
        format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}", month + 1)
    }

    fn zone(self, separator: &str) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.abs() / 60;
        format!("{sign}{:02}{separator}{:02}", minutes / 60, minutes % 60)
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: usize) -> i64 {
    match month {
        1 if is_leap(year) => 29,
        1 => 28,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to the first of a month (0 is January).
fn days_before(year: i64, month: usize) -> i64 {
    let before = year - 1;
    let leap_days = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
    let to_year = 365 * before + leap_days - 719_162;
    to_year + (0..month).map(|month| days_in(year, month)).sum::<i64>()
}

/// Reads the strict form: four digits, two digits, `T`, `Z` or an offset; a fraction of a second is allowed.
fn parse(text: &str) -> Option<Timestamp> {
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let is = |at: usize, byte: u8| text.as_bytes().get(at) == Some(&byte);
    if !(is(4, b'-') && is(7, b'-') && is(10, b'T') && is(13, b':') && is(16, b':')) {
        return None;
    }
    let date = [number(0, 4)?, number(5, 7)?, number(8, 10)?];
    let time = [number(11, 13)?, number(14, 16)?, number(17, 19)?];
    let mut rest = text.get(19..)?;
    let mut nanoseconds = 0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if length == 0 {
            return None;
        }
        let digits = format!("{:0<9}", &fraction[..length.min(9)]);
        nanoseconds = digits.parse().ok()?;
        rest = &fraction[length..];
    }
    let offset = if rest == "Z" { 0 } else { parse_offset(rest)? };
    Timestamp::new(date, time, nanoseconds, offset)
}

/// `+07:00`
pub(super) fn parse_offset(text: &str) -> Option<i64> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let (hours, minutes) = digits.split_once(':')?;
    let number = |digits: &str, limit: i64| -> Option<i64> {
        let well_formed = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        well_formed.then(|| digits.parse().ok())?.filter(|number| *number < limit)
    };
    Some(sign * (number(hours, 24)? * 3600 + number(minutes, 60)? * 60))
}

fn timestamp(arguments: &[Value], at: usize) -> Result<Timestamp, FunctionError> {
    parse(text(arguments, at))
        .ok_or_else(|| FunctionError::of_argument(at, "a time such as \"2026-01-31T23:59:00Z\" is needed"))
}

fn time_add(arguments: &[Value]) -> Outcome {
    let time = timestamp(arguments, 0)?;
    let Some(duration) = parse_duration(text(arguments, 1)) else {
        return Err(FunctionError::of_argument(1, "a duration such as \"1h30m\" is needed"));
    };
    Ok(Value::string(&Timestamp { nanoseconds: time.nanoseconds + i128::from(duration), ..time }.text()))
}

/// Letters are fields, text in single quotes stays, everything else too.
fn format_date(arguments: &[Value]) -> Outcome {
    let time = timestamp(arguments, 1)?;
    let civil = time.civil();
    let mut rest = text(arguments, 0);
    let mut formatted = String::new();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => {
                let (literal, length) =
                    quoted(rest).ok_or_else(|| FunctionError::of_argument(0, "a quote `'` without its pair"))?;
                formatted.push_str(&literal);
                length
            }
            'a'..='z' | 'A'..='Z' => {
                let length = rest.chars().take_while(|other| *other == first).count();
                let field = field(first, length, time, &civil).ok_or_else(|| {
                    FunctionError::of_argument(0, format!("`{}` is no field of a time", &rest[..length]))
                })?;
                formatted.push_str(&field);
                length
            }
            other => {
                formatted.push(other);
                other.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    Ok(Value::string(&formatted))
}

/// The text in quotes at the start, and how long it is; two quotes inside are one, and `''` alone is one.
fn quoted(text: &str) -> Option<(String, usize)> {
    if text[1..].starts_with('\'') {
        return Some(("'".to_owned(), 2));
    }
    let mut literal = String::new();
    let mut at = 1;
    loop {
        let end = at + text[at..].find('\'')?;
        literal.push_str(&text[at..end]);
        if !text[end + 1..].starts_with('\'') {
            return Some((literal, end + 1));
        }
        literal.push('\'');
        at = end + 2;
        if at == text.len() {
            // cty takes a doubled quote at the very end as the closing one, too.
            return Some((literal, at));
        }
    }
}

fn field(letter: char, length: usize, time: Timestamp, civil: &Civil) -> Option<String> {
    let short_or_padded = |value: i64| match length {
        1 => Some(value.to_string()),
        2 => Some(format!("{value:02}")),
        _ => None,
    };
    match (letter, length) {
        ('Y', 2) => Some(format!("{:02}", civil.year % 100)),
        ('Y', 4) => Some(format!("{:04}", civil.year)),
        ('M', 3) => Some(MONTHS[civil.month][..3].to_owned()),
        ('M', 4) => Some(MONTHS[civil.month].to_owned()),
        ('M', _) => short_or_padded(i64::try_from(civil.month).unwrap_or_default() + 1),
        ('D', _) => short_or_padded(civil.day),
        ('E', 3) => Some(DAYS[civil.weekday][..3].to_owned()),
        ('E', 4) => Some(DAYS[civil.weekday].to_owned()),
        ('h', _) => short_or_padded(civil.hour),
        ('H', _) => short_or_padded((civil.hour + 11) % 12 + 1),
        ('A', 2) => Some(if civil.hour < 12 { "AM" } else { "PM" }.to_owned()),
        ('a', 2) => Some(if civil.hour < 12 { "am" } else { "pm" }.to_owned()),
        ('m', _) => short_or_padded(civil.minute),
        ('s', _) => short_or_padded(civil.second),
        ('Z', 1) if time.offset == 0 => Some("Z".to_owned()),
        ('Z', 3) if time.offset == 0 => Some("UTC".to_owned()),
        ('Z', 3 | 4) => Some(time.zone("")),
        ('Z', 1 | 5) => Some(time.zone(":")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::eval::testing::{assert_errors, assert_values};

    #[test]
    fn values() {
        assert_values(&[
            (
                r#"formatdate("EEEE, DD-MMM-YY hh:mm:ss ZZZ", "2018-01-02T23:12:01-08:00")"#,
                r#""Tuesday, 02-Jan-18 23:12:01 -0800""#,
            ),
            (
                r#"formatdate("H:m:s AA aa h M D MMMM EEE", "2018-01-02T00:02:03Z")"#,
                r#""12:2:3 AM am 0 1 2 January Tue""#,
            ),
            (r#"formatdate("YYYY'at o''clock'''", "2018-01-02T23:12:01Z")"#, r#""2018at o'clock'""#),
            (r#"formatdate("Z ZZZ ZZZZ ZZZZZ", "2018-01-02T23:12:01Z")"#, r#""Z UTC +0000 +00:00""#),
            (r#"formatdate("Z ZZZ ZZZZ ZZZZZ", "2018-01-02T23:12:01+05:30")"#, r#""+05:30 +0530 +0530 +05:30""#),
            (r#"timeadd("2017-11-22T00:00:00Z", "-1h30m")"#, r#""2017-11-21T22:30:00Z""#),
            (r#"timeadd("2000-02-28T23:59:59.9+02:00", "100ms")"#, r#""2000-02-29T00:00:00+02:00""#),
            (r#"timeadd("0001-01-01T00:00:00Z", "0")"#, r#""0001-01-01T00:00:00Z""#),
            (r#"timeadd("9999-12-31T23:59:59Z", "1s")"#, r#""10000-01-01T00:00:00Z""#),
            (r#"timeadd("1969-12-31T00:00:00Z", "1.5h")"#, r#""1969-12-31T01:30:00Z""#),
        ]);
    }

    #[test]
    fn errors() {
        assert_errors(&[
            r#"formatdate("YYYY", "not a date")"#,
            r#"formatdate("QQ", "2018-01-02T23:12:01Z")"#,
            r#"formatdate("Y", "2018-01-02T23:12:01Z")"#,
            r#"formatdate("'x", "2018-01-02T23:12:01Z")"#,
            r#"timeadd("2021-02-29T00:00:00Z", "1h")"#,
            r#"timeadd("2018-01-02T3:12:01Z", "1h")"#,
            r#"timeadd("2018-01-02T24:00:00Z", "1h")"#,
            r#"timeadd("2018-01-02T23:12:01+24:00", "1h")"#,
            r#"timeadd("2018-01-02T23:12:01Z", "1x")"#,
            r#"timeadd("2018-01-02T23:12:01Z", "")"#,
            r#"timeadd("2018-01-02T23:12:01Z", "3000000h")"#,
        ]);
    }
}
