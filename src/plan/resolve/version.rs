//! Versions and constraints on them: `>= 1.2, < 2.0`, `~> 1.4`.
//!
//! Two manners, as in Nomad: `version` is loose (hashicorp/go-version), `semver` orders as Semantic Versioning 2.0 says.

use std::cmp::Ordering;

/// A version: numbers, and what is set off by a hyphen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version {
    /// At least three numbers; those not written are zero.
    numbers: Vec<u64>,
    /// How many were written.
    written: usize,
    /// The pre-release; empty for a release.
    pre_release: String,
}

/// In which manner a constraint is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// A pre-release is compared only with one of the same numbers.
    Version,
    /// By precedence alone.
    Semver,
}

impl Version {
    /// Reads `v1.2.3-beta+build`; the build is not looked at.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('v').unwrap_or(text);
        let text = text.split_once('+').map_or(text, |(version, _)| version);
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (numbers, rest) = text.split_at(end);
        let mut numbers: Vec<u64> =
            numbers.trim_end_matches('.').split('.').map(|number| number.parse().ok()).collect::<Option<_>>()?;
        let written = numbers.len();
        numbers.resize(written.max(3), 0);
        let pre_release = rest.strip_prefix(['-', '~']).unwrap_or(rest).to_owned();
        Some(Self { numbers, written, pre_release })
    }

    fn compare(&self, other: &Self) -> Ordering {
        let length = self.numbers.len().max(other.numbers.len());
        let number = |version: &Self, at: usize| version.numbers.get(at).copied().unwrap_or(0);
        let numbers = (0..length).map(|at| number(self, at).cmp(&number(other, at)));
        numbers
            .fold(Ordering::Equal, Ordering::then)
            .then_with(|| compare_pre_release(&self.pre_release, &other.pre_release))
    }
}

/// Whether a version keeps all constraints of a list; `None` where the list is none.
pub(super) fn satisfies(version: &Version, constraints: &str, manner: Manner) -> Option<bool> {
    let mut all = true;
    for constraint in constraints.split(',') {
        let constraint = constraint.trim();
        let operators = ["!=", ">=", "<=", "~>", "=", ">", "<"];
        let operator = operators.into_iter().find(|operator| constraint.starts_with(operator)).unwrap_or("");
        let wanted = Version::parse(&constraint[operator.len()..])?;
        all &= keeps(version, operator, &wanted, manner);
    }
    Some(all)
}

fn keeps(version: &Version, operator: &str, wanted: &Version, manner: Manner) -> bool {
    let order = version.compare(wanted);
    // A pre-release meets a constraint only that names one of the same numbers.
    let comparable = manner == Manner::Semver
        || version.pre_release.is_empty()
        || (!wanted.pre_release.is_empty() && version.numbers == wanted.numbers);
    match operator {
        "" | "=" => order.is_eq(),
        "!=" => order.is_ne(),
        ">" => order.is_gt() && comparable,
        "<" => order.is_lt() && comparable,
        ">=" => order.is_ge() && comparable,
        "<=" => order.is_le() && comparable,
        // All numbers but the last written must be equal: `~> 1.2.3` is `>= 1.2.3, < 1.3`.
        _ => {
            let fixed = wanted.written.saturating_sub(1);
            order.is_ge() && comparable && version.numbers.get(..fixed) == wanted.numbers.get(..fixed)
        }
    }
}

/// A release comes after its pre-releases; identifiers between dots are numbers or text (Semantic Versioning 2.0, 11).
fn compare_pre_release(left: &str, right: &str) -> Ordering {
    match (left.is_empty(), right.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let (mut left, mut right) = (left.split('.'), right.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(left), Some(right)) => match (left.parse::<u64>(), right.parse::<u64>()) {
                (Ok(left), Ok(right)) => left.cmp(&right),
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Err(_), Err(_)) => left.cmp(right),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_of_both_manners() {
        use Manner::{Semver, Version as Loose};
        for (version, constraint, manner, kept) in [
            ("1.2.3", ">= 1.2, < 2.0", Loose, true),
            ("2.0", ">= 1.2, < 2.0", Loose, false),
            ("6.1.0-18-amd64", ">= 6.1.0-1", Loose, true),
            ("6.1.0-18-amd64", ">= 5.10", Loose, false),
            ("6.1.0-18-amd64", ">= 5.10", Semver, true),
            ("1.2.9", "~> 1.2.3", Loose, true),
            ("1.3.0", "~> 1.2.3", Loose, false),
            ("1.9", "~> 1.2", Loose, true),
            ("1.2", "1.2.0", Loose, true),
            ("1.0.0-alpha.2", "< 1.0.0-alpha.10", Semver, true),
            ("1.0.0-alpha", "< 1.0.0", Semver, true),
            ("v3", "!= 3.0.1", Loose, true),
        ] {
            let parsed = Version::parse(version).unwrap();
            assert_eq!(satisfies(&parsed, constraint, manner), Some(kept), "{version} {constraint} {manner:?}");
        }
    }

    #[test]
    fn what_is_no_version() {
        for text in ["", "x", "1..2", ".1"] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
        assert_eq!(satisfies(&Version::parse("1").unwrap(), ">= x", Manner::Version), None);
    }
}
