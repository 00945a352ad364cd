//! Go's syntax of regular expressions → that of the `regex` crate: nearly the same, but for what stands here.
//!
//! Text to text: what is wrong with an expression is found by whoever compiles it.

use std::fmt::Write as _;

/// Rewrites an expression: classes are ASCII, and what has a meaning only in Rust is made literal.
pub(super) fn to_rust(expression: &str) -> String {
    let mut out = String::with_capacity(expression.len() + 8);
    let mut rest = expression;
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '\\' => escape(rest, &mut out, false),
            '[' => class(rest, &mut out),
            '{' if !is_repetition(rest) => {
                out.push_str("\\{");
                &rest[1..]
            }
            other => {
                out.push(other);
                &rest[other.len_utf8()..]
            }
        };
    }
    out
}

/// `{2}`, `{2,}`, `{2,3}`; any other brace is literal.
fn is_repetition(rest: &str) -> bool {
    let Some((inside, _)) = rest[1..].split_once('}') else { return false };
    let (least, most) = inside.split_once(',').unwrap_or((inside, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !least.is_empty() && is_digits(least) && is_digits(most)
}

/// One escape, from its backslash on; answers what is left.
fn escape<'t>(rest: &'t str, out: &mut String, in_class: bool) -> &'t str {
    let Some(escaped) = rest[1..].chars().next() else {
        out.push('\\');
        return "";
    };
    let after = &rest[1 + escaped.len_utf8()..];
    match escaped {
        'd' => out.push_str("[0-9]"),
        'D' => out.push_str("[^0-9]"),
        's' => out.push_str("[\\t\\n\\f\\r ]"),
        'S' => out.push_str("[^\\t\\n\\f\\r ]"),
        'w' => out.push_str("[0-9A-Za-z_]"),
        'W' => out.push_str("[^0-9A-Za-z_]"),
        'b' if !in_class => out.push_str("(?-u:\\b)"),
        'B' if !in_class => out.push_str("(?-u:\\B)"),
        '<' | '>' => out.push(escaped),
        'Q' if !in_class => {
            let (literal, after) = after.split_once("\\E").unwrap_or((after, ""));
            out.push_str(&regex::escape(literal));
            return after;
        }
        '0'..='7' => return octal(&rest[1..], out),
        other => {
            out.push('\\');
            out.push(other);
        }
    }
    after
}

/// `\123`; a single digit other than 0 would be a back reference, which neither has.
fn octal<'t>(digits: &'t str, out: &mut String) -> &'t str {
    let length = digits.bytes().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
    if length == 1 && !digits.starts_with('0') {
        out.push('\\');
        out.push_str(&digits[..1]);
    } else {
        let code = u32::from_str_radix(&digits[..length], 8).unwrap_or(0);
        // Writing to a string cannot fail.
        let _ = write!(out, "\\x{{{code:x}}}");
    }
    &digits[length..]
}

/// A bracketed class, from its bracket on; answers what is left.
fn class<'t>(rest: &'t str, out: &mut String) -> &'t str {
    out.push('[');
    let mut rest = &rest[1..];
    if let Some(after) = rest.strip_prefix('^') {
        out.push('^');
        rest = after;
    }
    if let Some(after) = rest.strip_prefix(']') {
        out.push_str("\\]");
        rest = after;
    }
    while let Some(first) = rest.chars().next() {
        match first {
            ']' => {
                out.push(']');
                return &rest[1..];
            }
            '\\' => {
                rest = escape(rest, out, true);
                continue;
            }
            '[' if rest.starts_with("[:") && rest.contains(":]") => {
                let end = rest.find(":]").map_or(rest.len(), |at| at + 2);
                out.push_str(&rest[..end]);
                rest = &rest[end..];
                continue;
            }
            '[' | '&' | '~' => {
                out.push('\\');
                out.push(first);
            }
            other => out.push(other),
        }
        rest = &rest[first.len_utf8()..];
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_else_in_rust_is_rewritten() {
        for (go, rust) in [
            (r"^\d+\.\w*$", r"^[0-9]+\.[0-9A-Za-z_]*$"),
            (r"a{2,3}b{x}c{,2}", r"a{2,3}b\{x}c\{,2}"),
            (r"[[a&&b~~]", r"[\[a\&\&b\~\~]"),
            (r"[]^a[:alpha:]\d-]", r"[\]^a[:alpha:][0-9]-]"),
            (r"\Qa.b\E+\<\>\101", r"a\.b+<>\x{41}"),
            (r"\bé", r"(?-u:\b)é"),
        ] {
            assert_eq!(to_rust(go), rust);
            regex::bytes::Regex::new(rust).unwrap();
        }
    }
}
