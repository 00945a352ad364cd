//! A resource limit as people write it: `1024`, `1024:4096`, `unlimited`.
//!
//! Names and numbers only; setting them is the sandbox's work.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Sink};
use crate::jobspec::{Spanned, similar};

/// Resource limits by name (getrlimit(2)), without `RLIMIT_`, in lower case.
pub const LIMIT_NAMES: [&str; 16] = [
    "as",
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

/// A soft and a hard limit; `u64::MAX` is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What holds.
    pub soft: u64,
    /// Up to where the task itself may raise it.
    pub hard: u64,
}

impl Limit {
    /// Reads `number`, `soft:hard`; each may be `unlimited`, `infinity` or -1.
    pub fn parse(text: &str) -> Option<Self> {
        let (soft, hard) = text.split_once(':').unwrap_or((text, text));
        let limit = Self { soft: number(soft.trim())?, hard: number(hard.trim())? };
        (limit.soft <= limit.hard).then_some(limit)
    }

    /// The limits of a map, those that are wrong reported and left out.
    pub fn read_all(written: &BTreeMap<String, Spanned<String>>, sink: &mut Sink) -> BTreeMap<String, Self> {
        let mut limits = BTreeMap::new();
        for (name, value) in written {
            let canonical = name.to_ascii_lowercase();
            let canonical = canonical.strip_prefix("rlimit_").unwrap_or(&canonical);
            if !LIMIT_NAMES.contains(&canonical) {
                let help = match similar(canonical, LIMIT_NAMES.into_iter()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("there are {}", LIMIT_NAMES.join(", ")),
                };
                sink.push(
                    Diagnostic::error("ulimit::unknown", format!("unknown resource limit `{name}`"))
                        .label(value.span, "not known to Linux")
                        .help(help),
                );
                continue;
            }
            match Self::parse(value) {
                Some(limit) => drop(limits.insert(canonical.to_owned(), limit)),
                None => sink.push(
                    Diagnostic::error("ulimit::bad_value", format!("{:?} is no resource limit", value.value))
                        .label(value.span, format!("of `{name}`"))
                        .help("write \"1024\", or soft and hard limit as \"1024:4096\"; \"unlimited\" is no limit"),
                ),
            }
        }
        limits
    }
}

fn number(text: &str) -> Option<u64> {
    match text {
        "unlimited" | "infinity" | "-1" => Some(u64::MAX),
        text => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soft_and_hard() {
        assert_eq!(Limit::parse("1024"), Some(Limit { soft: 1024, hard: 1024 }));
        assert_eq!(Limit::parse("1024: 4096"), Some(Limit { soft: 1024, hard: 4096 }));
        assert_eq!(Limit::parse("0:unlimited"), Some(Limit { soft: 0, hard: u64::MAX }));
        for text in ["", "x", "2:1", "unlimited:5", "1:2:3", "-2"] {
            assert_eq!(Limit::parse(text), None, "{text}");
        }
    }
}
