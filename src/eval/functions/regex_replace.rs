//! `regex_replace`: patterns of Go's `regexp` (RE2), matched by the regex crate.
//!
//! Both are RE2's children; where they read a pattern differently it is rewritten first.

use std::fmt::Write;

use regex::{Regex, RegexBuilder};

use super::{Function, FunctionError, Outcome, Parameter, Wanted, bounded, text};
use crate::eval::Value;
use crate::eval::limits::MAX_TEXT;

pub(super) const FUNCTIONS: &[Function] = &[Function::new(
    "regex_replace",
    &[
        Parameter::new("string", Wanted::String),
        Parameter::new("pattern", Wanted::String),
        Parameter::new("replacement", Wanted::String),
    ],
    replace,
)];

/// The named classes.
const CLASSES: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word",
    "xdigit",
];

/// The most memory a compiled pattern takes, in bytes.
const SIZE_LIMIT: usize = 10 << 20;

fn replace(arguments: &[Value]) -> Outcome {
    let pattern = text(arguments, 1);
    match compile(pattern) {
        Ok(regex) => replace_all(&regex, text(arguments, 0), text(arguments, 2)),
        Err(problem) => Err(FunctionError::of_argument(1, problem)),
    }
}

fn replace_all(regex: &Regex, text: &str, replacement: &str) -> Outcome {
    let mut replaced = String::new();
    let mut end = 0;
    for captures in regex.captures_iter(text) {
        let Some(found) = captures.get(0) else { continue };
        replaced.push_str(&text[end..found.start()]);
        captures.expand(replacement, &mut replaced);
        end = found.end();
        if replaced.len() > MAX_TEXT {
            return Err(FunctionError::too_long());
        }
    }
    bounded(&(replaced + &text[end..]))
}

fn compile(pattern: &str) -> Result<Regex, String> {
    let rewritten = rewrite(pattern)?;
    RegexBuilder::new(&rewritten).size_limit(SIZE_LIMIT).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "the pattern is too large".to_owned(),
        error => {
            let text = error.to_string();
            let reason = text.lines().last().unwrap_or_default();
            format!("not a regular expression: {}", reason.trim_start_matches("error: "))
        }
    })
}

/// A pattern of Go's as the regex crate reads it.
///
/// # Errors
/// What Go refuses and the regex crate would not.
pub fn rewrite(pattern: &str) -> Result<String, String> {
    let mut rewriter = Rewriter { rest: pattern, written: String::with_capacity(pattern.len() + 16), repeated: false };
    while let Some(next) = rewriter.rest.chars().next() {
        rewriter.step(next)?;
    }
    Ok(rewriter.written)
}

/// Perl's classes and the word boundary are of ASCII in Go; its classes hold no others and know no set operations;
/// braces that repeat nothing are characters; nothing is repeated twice; `\Q…\E` quotes.
struct Rewriter<'p> {
    rest: &'p str,
    written: String,
    /// Whether the last thing was a repetition.
    repeated: bool,
}

impl Rewriter<'_> {
    fn take(&mut self, length: usize) {
        self.rest = &self.rest[length..];
    }

    fn step(&mut self, next: char) -> Result<(), String> {
        let repetition = match next {
            '*' | '+' | '?' => 1,
            '{' => repetition(self.rest)?,
            _ => 0,
        };
        if repetition > 0 {
            if std::mem::replace(&mut self.repeated, true) {
                return Err(format!("not a regular expression: `{next}` repeats what is repeated already"));
            }
            let lazy = usize::from(self.rest[repetition..].starts_with('?'));
            self.written.push_str(&self.rest[..repetition + lazy]);
            self.take(repetition + lazy);
            return Ok(());
        }
        self.repeated = false;
        match next {
            '\\' => return self.escape(false),
            '[' => return self.class(),
            '(' if self.rest.starts_with("(?") => return self.group(),
            '{' => self.written.push_str("\\{"),
            other => self.written.push(other),
        }
        self.take(next.len_utf8());
        Ok(())
    }

    /// `(?flags)`, `(?flags:`, `(?P<name>`, `(?<name>`: only Go's flags.
    fn group(&mut self) -> Result<(), String> {
        let flags: &str = &self.rest[2..];
        let length = flags.find([')', ':', '<', '>']).unwrap_or(flags.len());
        if let Some(unknown) = flags[..length].chars().find(|flag| !"imsUP-".contains(*flag)) {
            return Err(format!("not a regular expression: there is no flag `{unknown}`"));
        }
        // Go takes a group of flags without any.
        self.written.push_str(if flags.starts_with(')') { "(?:" } else { &self.rest[..2 + length] });
        self.take(2 + length);
        Ok(())
    }

    fn class(&mut self) -> Result<(), String> {
        self.written.push('[');
        self.take(1);
        if self.rest.starts_with('^') {
            self.written.push('^');
            self.take(1);
        }
        let mut first = true;
        while let Some(next) = self.rest.chars().next() {
            match next {
                // A bracket that would close at once is a character of the class.
                ']' if !first => {
                    self.written.push(']');
                    self.take(1);
                    return Ok(());
                }
                '\\' => self.escape(true)?,
                '[' => {
                    if let Some((name, _)) = self.rest.strip_prefix("[:").and_then(|rest| rest.split_once(":]")) {
                        if !CLASSES.contains(&name.strip_prefix('^').unwrap_or(name)) {
                            return Err(format!("not a regular expression: there is no class `[:{name}:]`"));
                        }
                        let length = name.len() + 4;
                        self.written.push_str(&self.rest[..length]);
                        self.take(length);
                    } else {
                        self.written.push_str("\\[");
                        self.take(1);
                    }
                }
                ']' | '&' | '~' => {
                    self.written.extend(['\\', next]);
                    self.take(1);
                }
                '-' if self.rest.starts_with("--") => {
                    self.written.push_str("\\-");
                    self.take(1);
                }
                other => {
                    self.written.push(other);
                    self.take(other.len_utf8());
                }
            }
            first = false;
        }
        Err("not a regular expression: a `[` without its `]`".to_owned())
    }

    fn escape(&mut self, in_class: bool) -> Result<(), String> {
        let Some(letter) = self.rest[1..].chars().next() else {
            return Err("not a regular expression: a `\\` at the end".to_owned());
        };
        if letter == 'Q' && !in_class {
            let quoted = &self.rest[2..];
            let end = quoted.find("\\E");
            let length = end.unwrap_or(quoted.len());
            self.written.push_str(&regex::escape(&quoted[..length]));
            self.take(2 + length + end.map_or(0, |_| 2));
            return Ok(());
        }
        if let Some(octal) = octal(&self.rest[1..]) {
            let code = u32::from_str_radix(octal, 8).unwrap_or_default();
            let _ = write!(self.written, "\\x{{{code:x}}}");
            let length = 1 + octal.len();
            self.take(length);
            return Ok(());
        }
        let (class, negated) = match letter {
            'd' => ("0-9", false),
            'D' => ("0-9", true),
            'w' => ("0-9A-Za-z_", false),
            'W' => ("0-9A-Za-z_", true),
            's' => ("\\t\\n\\f\\r ", false),
            'S' => ("\\t\\n\\f\\r ", true),
            'b' | 'B' if !in_class => {
                let _ = write!(self.written, "(?-u:\\{letter})");
                self.take(2);
                return Ok(());
            }
            'a' | 'f' | 'n' | 'r' | 't' | 'v' | 'x' | 'p' | 'P' | 'A' | 'z' => ("", false),
            other if other.is_ascii_punctuation() && other != '<' && other != '>' => ("", false),
            '<' | '>' => {
                self.written.push(letter);
                self.take(2);
                return Ok(());
            }
            other => return Err(format!("not a regular expression: there is no `\\{other}`")),
        };
        match (class, in_class, negated) {
            ("", ..) => {
                // A name or number in braces belongs to it.
                let braces = matches!(letter, 'p' | 'P' | 'x') && self.rest[2..].starts_with('{');
                let length = if braces { self.rest.find('}').map_or(2, |end| end + 1) } else { 1 + letter.len_utf8() };
                self.written.push_str(&self.rest[..length]);
                self.take(length);
                return Ok(());
            }
            (_, true, false) => self.written.push_str(class),
            (_, _, true) => {
                let _ = write!(self.written, "[^{class}]");
            }
            (_, false, false) => {
                let _ = write!(self.written, "[{class}]");
            }
        }
        self.take(2);
        if in_class && self.rest.starts_with('-') {
            // Behind a class a hyphen is one, and no range.
            self.written.push_str("\\-");
            self.take(1);
        }
        Ok(())
    }
}

/// How long the `{n}`, `{n,}` or `{n,m}` at the start is; 0 where it is none.
fn repetition(text: &str) -> Result<usize, String> {
    const MOST: u32 = 1000;
    let Some((inside, _)) = text[1..].split_once('}') else { return Ok(0) };
    let (low, high) = inside.split_once(',').map_or((inside, None), |(low, high)| (low, Some(high)));
    // A number does not begin with a zero; one that is left out is no limit.
    let number = |text: &str| {
        let well_formed = text.bytes().all(|byte| byte.is_ascii_digit()) && (text.len() < 2 || !text.starts_with('0'));
        well_formed.then(|| if text.is_empty() { 0 } else { text.parse().unwrap_or(u32::MAX) })
    };
    let low_number = number(low).filter(|_| !low.is_empty());
    let high_number = high.map_or(Some(0), number);
    let (Some(low), Some(high_number)) = (low_number, high_number) else { return Ok(0) };
    let bounded = high.is_some_and(|high| !high.is_empty());
    if low > MOST || high_number > MOST || bounded && low > high_number {
        return Err(format!("not a regular expression: `{{{inside}}}` repeats too often, or not at all"));
    }
    Ok(inside.len() + 2)
}

/// `\123`: a digit from 1 to 7 and at least one more, or a 0 and up to two more.
fn octal(text: &str) -> Option<&str> {
    let length = text.bytes().take(3).take_while(|byte| (b'0'..b'8').contains(byte)).count();
    let digits = &text[..length];
    (digits.starts_with('0') || length > 1).then_some(digits)
}

#[cfg(test)]
mod tests {
    use crate::eval::testing::{assert_errors, assert_values};

    #[test]
    fn values() {
        assert_values(&[
            (r#"regex_replace("hello world", "(\\w+) (\\w+)", "$2-${1}")"#, r#""world-1""#),
            (r#"regex_replace("aéa1", "\\w", "X")"#, r#""XéXX""#),
            (r#"regex_replace("a.c abc", "\\Qa.c\\E", "X")"#, r#""X abc""#),
            (r#"regex_replace("a{b}", "{", "<")"#, r#""a\u003cb}""#),
            (r#"regex_replace("aaa", "a{2}", "b")"#, r#""ba""#),
            (r#"regex_replace("x[y]&z", "[[&\\]]", "_")"#, r#""x_y__z""#),
            (r#"regex_replace("HELLO", "(?i)hello", "$$")"#, r#""$""#),
            (r#"regex_replace("a-b", "[\\w-]+", "<$0>")"#, r#""\u003ca-b\u003e""#),
            (r#"regex_replace("foobar", "(?P<first>o+)", "${first}!$x")"#, r#""foo!bar""#),
            (r#"regex_replace("a1b", "[[:digit:]]", "\\d")"#, r#""a\\db""#),
        ]);
    }

    #[test]
    fn errors() {
        assert_errors(&[
            r#"regex_replace("a", "(", "")"#,
            r#"regex_replace("a", "a**", "")"#,
            r#"regex_replace("a", "a{1001}", "")"#,
            r#"regex_replace("a", "[[:foo:]]", "")"#,
            r#"regex_replace("a", "\\h", "")"#,
            r#"regex_replace("a", "(?x)a", "")"#,
            r#"regex_replace("a", "[z-a]", "")"#,
        ]);
    }
}
