//! Version constraints as constraints of hosts use them: `>= 1.2, < 2.0`.
//!
//! Only whether a text is one; comparing is the plan's.

/// Whether a text is a list of version constraints, as loose as hashicorp/go-version reads them.
pub(super) fn is_constraint(text: &str) -> bool {
    text.split(',').all(|part| {
        let part = part.trim();
        let version = without_operator(part, &["!=", ">=", "<=", "~>", "=", ">", "<"]).trim();
        is_version(version.strip_prefix('v').unwrap_or(version), false)
    })
}

/// Whether a text is a list of constraints without `~>`, whose pre-releases are set off by a hyphen.
pub(super) fn is_semver_constraint(text: &str) -> bool {
    text.split(',').all(|part| {
        let part = part.trim();
        let version = without_operator(part, &["!=", ">=", "<=", "=", ">", "<"]).trim();
        is_version(version.strip_prefix('v').unwrap_or(version), true)
    })
}

fn without_operator<'a>(text: &'a str, operators: &[&str]) -> &'a str {
    operators.iter().find_map(|operator| text.strip_prefix(operator)).unwrap_or(text)
}

fn is_version(text: &str, strict: bool) -> bool {
    let (rest, build) = text.split_once('+').map_or((text, None), |(rest, build)| (rest, Some(build)));
    let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let (numbers, release) = rest.split_at(digits);
    let release = release.strip_prefix('-').or_else(|| (!strict && !release.is_empty()).then_some(release));
    let parts: Vec<&str> = numbers.split('.').collect();
    let number = |part: &&str| !part.is_empty() && part.parse::<u64>().is_ok();
    let identifiers = |text: &str| {
        !text.is_empty()
            && text.split('.').all(|part| {
                !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'~'))
            })
    };
    parts.iter().all(number)
        && (digits == rest.len() || release.is_some_and(identifiers))
        && build.is_none_or(identifiers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_constraints() {
        for text in ["1", ">= 1.2", "~> 1.2.3, < 2", "v1.0", "= 1.2.3-beta.1+build", ">=1.0.0.4"] {
            assert!(is_constraint(text), "{text}");
        }
        for text in ["linux", "", ">= ", "1.x", "1..2", ">= 1,"] {
            assert!(!is_constraint(text), "{text}");
        }
    }

    #[test]
    fn semver_constraints() {
        for text in [">= 1.2.3", "1.0.0-rc.1", "< 2.0.0, >= 1.0.0"] {
            assert!(is_semver_constraint(text), "{text}");
        }
        for text in ["1.2beta", "~> 1.2.3", "linux"] {
            assert!(!is_semver_constraint(text), "{text}");
        }
    }
}
