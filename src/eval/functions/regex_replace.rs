//! `regex_replace`: patterns of Go's `regexp` (RE2), matched by the regex crate.
//!
//! Both are RE2's children; where they read a pattern differently it is rewritten first.

use regex::{Regex, RegexBuilder};

use super::{Function, FunctionError, Outcome, Parameter, Wanted, text};
use crate::eval::Value;

pub(super) const FUNCTIONS: &[Function] = &[Function::new(
    "regex_replace",
    &[
        Parameter::new("string", Wanted::String),
        Parameter::new("pattern", Wanted::String),
        Parameter::new("replacement", Wanted::String),
    ],
    replace,
)];

/// The most memory a compiled pattern takes, in bytes.
const SIZE_LIMIT: usize = 10 << 20;

fn replace(arguments: &[Value]) -> Outcome {
    let pattern = text(arguments, 1);
    match compile(pattern) {
        Ok(regex) => Ok(Value::string(&regex.replace_all(text(arguments, 0), text(arguments, 2)))),
        Err(problem) => Err(FunctionError::of_argument(1, problem)),
    }
}

fn compile(pattern: &str) -> Result<Regex, String> {
    let rewritten = rewrite(pattern);
    RegexBuilder::new(&rewritten).size_limit(SIZE_LIMIT).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "the pattern is too large".to_owned(),
        error => {
            let text = error.to_string();
            let reason = text.lines().last().unwrap_or_default();
            format!("not a regular expression: {}", reason.trim_start_matches("error: "))
        }
    })
}

/// Perl's classes and the word boundary are of ASCII in Go; its classes hold no others, and know no set operations;
/// `\Q…\E` quotes.
fn rewrite(pattern: &str) -> String {
    let mut rewritten = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(character) = rest.chars().next() {
        let mut taken = character.len_utf8();
        match character {
            '\\' => {
                let Some(letter) = rest[1..].chars().next() else {
                    rewritten.push('\\');
                    break;
                };
                taken += letter.len_utf8();
                if letter == 'Q' && !in_class {
                    let quoted = &rest[2..];
                    let end = quoted.find("\\E");
                    rewritten.push_str(&regex::escape(&quoted[..end.unwrap_or(quoted.len())]));
                    taken = end.map_or(rest.len(), |end| 2 + end + 2);
                } else if let Some(octal) = octal(&rest[1..]) {
                    rewritten.push_str(&format!("\\x{{{:x}}}", u32::from_str_radix(octal, 8).unwrap_or_default()));
                    taken = 1 + octal.len();
                } else {
                    push_escape(letter, in_class, &mut rewritten);
                }
            }
            '[' if !in_class => {
                in_class = true;
                rewritten.push('[');
                // A bracket that closes at once is a character of the class.
                if rest[1..].starts_with('^') {
                    rewritten.push('^');
                    taken += 1;
                }
                if rest[taken..].starts_with(']') {
                    rewritten.push_str("\\]");
                    taken += 1;
                }
            }
            '[' => match rest.find(":]").filter(|_| rest.starts_with("[:")) {
                Some(end) => {
                    rewritten.push_str(&rest[..end + 2]);
                    taken = end + 2;
                }
                None => rewritten.push_str("\\["),
            },
            ']' if in_class => {
                in_class = false;
                rewritten.push(']');
            }
            '&' | '~' if in_class => {
                rewritten.push('\\');
                rewritten.push(character);
            }
            '-' if in_class && rest.starts_with("--") => rewritten.push_str("\\-"),
            other => rewritten.push(other),
        }
        rest = &rest[taken..];
    }
    rewritten
}

fn push_escape(letter: char, in_class: bool, rewritten: &mut String) {
    let (class, negated) = match letter {
        'd' => ("0-9", false),
        'D' => ("0-9", true),
        'w' => ("0-9A-Za-z_", false),
        'W' => ("0-9A-Za-z_", true),
        's' => ("\\t\\n\\f\\r ", false),
        'S' => ("\\t\\n\\f\\r ", true),
        'b' if !in_class => return rewritten.push_str("(?-u:\\b)"),
        'B' if !in_class => return rewritten.push_str("(?-u:\\B)"),
        // What Go does not know, and Rust does.
        '<' | '>' | 'u' | 'U' => {
            rewritten.push_str("\\\\E");
            return rewritten.push_str("(");
        }
        other => {
            rewritten.push('\\');
            return rewritten.push(other);
        }
    };
    match (in_class, negated) {
        (true, false) => rewritten.push_str(class),
        (_, true) => rewritten.push_str(&format!("[^{class}]")),
        (false, false) => rewritten.push_str(&format!("[{class}]")),
    }
}

/// `\123`: a digit from 1 to 7 and at least one more, or a 0 and up to two more.
fn octal(text: &str) -> Option<&str> {
    let length = text.bytes().take(3).take_while(|byte| (b'0'..b'8').contains(byte)).count();
    let digits = &text[..length];
    (digits.starts_with('0') || length > 1).then_some(digits)
}
