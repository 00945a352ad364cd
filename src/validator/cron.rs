//! Cron expressions: five fields; six with years; seven with seconds and years; or `@daily` and its like.
//!
//! Only whether a text is one (the notation of gorhill/cronexpr); when it is due is another room's question.

/// Why a text is not a cron expression.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// Fewer than five fields, or more than seven.
    Fields(usize),
    /// A field that cannot be read.
    Field {
        /// Which: "minute" …
        name: &'static str,
        /// What stands there.
        text: String,
    },
}

/// What a field may hold.
struct Field {
    name: &'static str,
    least: u32,
    most: u32,
    names: &'static [&'static str],
}

const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: &[&str] = &["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

const FIELDS: [Field; 7] = [
    Field { name: "second", least: 0, most: 59, names: &[] },
    Field { name: "minute", least: 0, most: 59, names: &[] },
    Field { name: "hour", least: 0, most: 23, names: &[] },
    Field { name: "day of month", least: 1, most: 31, names: &[] },
    Field { name: "month", least: 1, most: 12, names: MONTHS },
    Field { name: "day of week", least: 0, most: 7, names: DAYS },
    Field { name: "year", least: 1970, most: 2099, names: &[] },
];

const SHORTHANDS: [&str; 6] = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@hourly"];

/// Reads a cron expression.
pub(super) fn check(text: &str) -> Result<(), Problem> {
    let text = text.trim().to_ascii_lowercase();
    if SHORTHANDS.contains(&text.as_str()) {
        return Ok(());
    }
    let parts: Vec<&str> = text.split_whitespace().collect();
    let fields = match parts.len() {
        5 => &FIELDS[1..6],
        6 => &FIELDS[1..],
        7 => &FIELDS[..],
        other => return Err(Problem::Fields(other)),
    };
    for (field, part) in fields.iter().zip(parts) {
        if !part.split(',').all(|entry| field.knows(entry)) {
            return Err(Problem::Field { name: field.name, text: part.to_owned() });
        }
    }
    Ok(())
}

impl Field {
    fn knows(&self, entry: &str) -> bool {
        let (range, step) = entry.split_once('/').map_or((entry, None), |(range, step)| (range, Some(step)));
        if step.is_some_and(|step| !matches!(step.parse::<u32>(), Ok(1..))) {
            return false;
        }
        if matches!(range, "*" | "?") {
            return true;
        }
        if step.is_none() && self.knows_special(range) {
            return true;
        }
        match range.split_once('-') {
            Some((first, last)) => {
                matches!((self.value(first), self.value(last)), (Some(first), Some(last)) if first <= last)
            }
            None => self.value(range).is_some(),
        }
    }

    /// Last day, nearest working day, nth and last day of the week.
    fn knows_special(&self, text: &str) -> bool {
        match self.name {
            "day of month" => {
                matches!(text, "l" | "lw") || text.strip_suffix('w').is_some_and(|day| self.value(day).is_some())
            }
            "day of week" => match text.split_once('#') {
                Some((day, nth)) => self.value(day).is_some() && matches!(nth.parse::<u32>(), Ok(1..=5)),
                None => text.strip_suffix('l').is_some_and(|day| self.value(day).is_some()),
            },
            _ => false,
        }
    }

    fn value(&self, text: &str) -> Option<u32> {
        let by_name = self.names.iter().position(|name| *name == text || (text.len() == 3 && name.starts_with(text)));
        if let Some(at) = by_name {
            return u32::try_from(at).ok().map(|at| at + self.least);
        }
        let number: u32 = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())??;
        (self.least..=self.most).contains(&number).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        for text in [
            "*/5 * * * *",
            "0 0 * * * 2027",
            "*/15 * * * * * *",
            "@daily",
            "0 9-17 * jan,mar mon-fri",
            "0 0 L * *",
            "0 0 15W * ?",
            "0 0 * * 5#3",
            "0 0 * * friL",
            "00 08 01 01 7",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_is_none() {
        assert_eq!(check("* * * *"), Err(Problem::Fields(4)));
        assert_eq!(check(""), Err(Problem::Fields(0)));
        assert_eq!(check("60 * * * *"), Err(Problem::Field { name: "minute", text: "60".into() }));
        assert_eq!(check("* * * foo *"), Err(Problem::Field { name: "month", text: "foo".into() }));
        assert_eq!(check("*/0 * * * *"), Err(Problem::Field { name: "minute", text: "*/0".into() }));
        assert_eq!(check("@sometimes"), Err(Problem::Fields(1)));
    }
}
