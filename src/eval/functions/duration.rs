//! Lengths of time as Go writes them: `1h30m`, `-1.5s`.

const UNITS: [(&str, i128); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// The nanoseconds. `None` for what Go's `time.ParseDuration` refuses.
pub(super) fn parse_duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let whole = &rest[..digits(rest)];
        rest = &rest[whole.len()..];
        let fraction = rest.strip_prefix('.').map_or("", |behind| &behind[..digits(behind)]);
        rest = rest.strip_prefix('.').map_or(rest, |behind| &behind[fraction.len()..]);
        if whole.len() + fraction.len() == 0 || whole.len() > 19 {
            return None;
        }
        let length = rest.find(|character: char| character == '.' || character.is_ascii_digit()).unwrap_or(rest.len());
        let (_, unit) = UNITS.iter().find(|(name, _)| *name == &rest[..length])?;
        rest = &rest[length..];
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let kept = &fraction[..fraction.len().min(18)];
        let scale = 10_i128.pow(u32::try_from(kept.len()).ok()?);
        let part: i128 = if kept.is_empty() { 0 } else { kept.parse().ok()? };
        total = total.checked_add(whole.checked_mul(*unit)? + part * unit / scale)?;
    }
    i64::try_from(if negative { -total } else { total }).ok()
}
