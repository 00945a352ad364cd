//! Go's time layouts: a sample date, `2006-01-02 15:04:05`, says how a time is written.
//!
//! Writing only, and only UTC.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

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
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The elements of a layout, a longer one before what it begins with.
const ELEMENTS: &[(&str, Element)] = &[
    ("January", Element::Month),
    ("Jan", Element::ShortMonth),
    ("Monday", Element::Weekday),
    ("Mon", Element::ShortWeekday),
    ("MST", Element::Fixed("UTC")),
    ("01", Element::Number(2, |time| time.month().into())),
    ("002", Element::Number(3, DateTime::day_of_year)),
    ("02", Element::Number(2, |time| time.day().into())),
    ("03", Element::Number(2, hour_of_twelve)),
    ("04", Element::Number(2, |time| time.minute().into())),
    ("05", Element::Number(2, |time| time.second().into())),
    ("06", Element::Number(2, |time| time.year() % 100)),
    ("15", Element::Number(2, |time| time.hour().into())),
    ("1", Element::Number(1, |time| time.month().into())),
    ("2006", Element::Number(4, DateTime::year)),
    ("2", Element::Number(1, |time| time.day().into())),
    ("_2006", Element::UnderscoreYear),
    ("__2", Element::Padded(3, DateTime::day_of_year)),
    ("_2", Element::Padded(2, |time| time.day().into())),
    ("3", Element::Number(1, hour_of_twelve)),
    ("4", Element::Number(1, |time| time.minute().into())),
    ("5", Element::Number(1, |time| time.second().into())),
    ("PM", Element::Noon("AM", "PM")),
    ("pm", Element::Noon("am", "pm")),
    ("-070000", Element::Fixed("+000000")),
    ("-07:00:00", Element::Fixed("+00:00:00")),
    ("-0700", Element::Fixed("+0000")),
    ("-07:00", Element::Fixed("+00:00")),
    ("-07", Element::Fixed("+00")),
    ("Z070000", Element::Fixed("Z")),
    ("Z07:00:00", Element::Fixed("Z")),
    ("Z0700", Element::Fixed("Z")),
    ("Z07:00", Element::Fixed("Z")),
    ("Z07", Element::Fixed("Z")),
];

#[derive(Clone, Copy)]
enum Element {
    /// With zeros to a width.
    Number(usize, fn(DateTime) -> i16),
    /// With spaces to a width.
    Padded(usize, fn(DateTime) -> i16),
    UnderscoreYear,
    Month,
    ShortMonth,
    Weekday,
    ShortWeekday,
    Noon(&'static str, &'static str),
    Fixed(&'static str),
}

fn hour_of_twelve(time: DateTime) -> i16 {
    match time.hour() % 12 {
        0 => 12,
        hour => hour.into(),
    }
}

/// Writes a time in UTC by a layout.
pub(super) fn format(time: Timestamp, layout: &str) -> String {
    let time = time.to_zoned(TimeZone::UTC).datetime();
    let mut out = String::with_capacity(layout.len());
    let mut rest = layout;
    while let Some(first) = rest.chars().next() {
        if let Some((text, element)) = ELEMENTS.iter().find(|(text, element)| begins(rest, text, *element)) {
            write(&mut out, time, *element);
            rest = &rest[text.len()..];
        } else if let Some(length) = fraction(rest) {
            write_fraction(&mut out, time, &rest[..length]);
            rest = &rest[length..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

/// `Jan` and `Mon` are no elements in `Janet` and `Money`.
fn begins(rest: &str, text: &str, element: Element) -> bool {
    let Some(after) = rest.strip_prefix(text) else { return false };
    !matches!(element, Element::ShortMonth | Element::ShortWeekday)
        || !after.starts_with(|next: char| next.is_ascii_lowercase())
}

fn write(out: &mut String, time: DateTime, element: Element) {
    let month = MONTHS[usize::from(time.month().unsigned_abs() - 1) % 12];
    let weekday = DAYS[usize::from(time.weekday().to_monday_zero_offset().unsigned_abs()) % 7];
    // Writing to a string cannot fail.
    let _ = match element {
        Element::Number(width, number) => write!(out, "{:0>width$}", number(time)),
        Element::Padded(width, number) => write!(out, "{:>width$}", number(time)),
        Element::UnderscoreYear => write!(out, "_{:04}", time.year()),
        Element::Month => write!(out, "{month}"),
        Element::ShortMonth => write!(out, "{}", &month[..3]),
        Element::Weekday => write!(out, "{weekday}"),
        Element::ShortWeekday => write!(out, "{}", &weekday[..3]),
        Element::Noon(before, after) => write!(out, "{}", if time.hour() < 12 { before } else { after }),
        Element::Fixed(text) => write!(out, "{text}"),
    };
}

/// The length of `.000` or `,999` with no other digit after it.
fn fraction(rest: &str) -> Option<usize> {
    let digits = rest.strip_prefix(['.', ','])?;
    let digit = digits.chars().next().filter(|digit| matches!(digit, '0' | '9'))?;
    let after = digits.trim_start_matches(digit);
    (!after.starts_with(|next: char| next.is_ascii_digit())).then(|| rest.len() - after.len())
}

/// Zeros ask for so many digits, nines for as many as are needed.
fn write_fraction(out: &mut String, time: DateTime, layout: &str) {
    let nanoseconds = format!("{:09}", time.subsec_nanosecond());
    let count = layout.len() - 1;
    let digits: String = nanoseconds.chars().chain(std::iter::repeat('0')).take(count).collect();
    if layout.ends_with('0') {
        out.push_str(&layout[..1]);
        out.push_str(&digits);
    } else if !digits.trim_end_matches('0').is_empty() {
        out.push_str(&layout[..1]);
        out.push_str(digits.trim_end_matches('0'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_by_its_layout() {
        let time: Timestamp = "2024-03-05T13:04:09.0125Z".parse().unwrap();
        for (layout, text) in [
            ("2006-01-02T15:04:05Z07:00", "2024-03-05T13:04:09Z"),
            ("Mon, 02 Jan 2006 15:04:05 MST", "Tue, 05 Mar 2024 13:04:09 UTC"),
            ("Monday January _2 3:4:5 PM '06 -0700", "Tuesday March  5 1:4:9 PM '24 +0000"),
            ("15:04:05.000 .999999", "13:04:09.012 .0125"),
            ("002 __2 1/2 _2006", "065  65 3/5 _2024"),
            ("Month Janet", "Month Janet"),
            ("20060102", "20240305"),
        ] {
            assert_eq!(format(time, layout), text, "{layout}");
        }
    }
}
