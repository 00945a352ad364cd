//! Escapes in literals.
//!
//! A text without any is borrowed; one with is written to the arena.

use super::parser::Parser;
use super::problem;

impl<'a> Parser<'a, '_> {
    /// The text of a literal in quotes that begins at an offset. A wrong escape is reported and kept as it stands.
    pub(super) fn unescape(&mut self, raw: &'a str, start: u32) -> &'a str {
        if !raw.contains('\\') {
            return self.unescape_sigils(raw);
        }
        let mut text = bumpalo::collections::String::with_capacity_in(raw.len(), self.arena);
        let mut rest = raw;
        while let Some(at) = rest.find('\\') {
            push_sigils(&mut text, &rest[..at]);
            rest = &rest[at..];
            let (character, length) = match escape(rest) {
                Ok(escape) => escape,
                Err(length) => {
                    let begin = start + u32::try_from(raw.len() - rest.len()).unwrap_or(0);
                    let place = self.span(begin, begin + u32::try_from(length).unwrap_or(0));
                    self.report(problem::template::escape(&rest[..length], place));
                    text.push_str(&rest[..length]);
                    rest = &rest[length..];
                    continue;
                }
            };
            text.push(character);
            rest = &rest[length..];
        }
        push_sigils(&mut text, rest);
        text.into_bump_str()
    }

    /// The text of a literal in which only `$${` and `%%{` are escapes.
    pub(super) fn unescape_sigils(&mut self, raw: &'a str) -> &'a str {
        if !has_escaped_sigil(raw) {
            return raw;
        }
        let mut text = bumpalo::collections::String::with_capacity_in(raw.len(), self.arena);
        push_sigils(&mut text, raw);
        text.into_bump_str()
    }
}

fn has_escaped_sigil(raw: &str) -> bool {
    raw.contains("$${") || raw.contains("%%{")
}

/// Appends a text, `$${` as `${` and `%%{` as `%{`.
fn push_sigils(text: &mut bumpalo::collections::String<'_>, raw: &str) {
    let mut done = 0;
    for (brace, _) in raw.match_indices('{') {
        if raw[..brace].ends_with("$$") || raw[..brace].ends_with("%%") {
            text.push_str(&raw[done..brace - 1]);
            done = brace;
        }
    }
    text.push_str(&raw[done..]);
}

/// The character of the escape a text begins with and its length; the length of what is wrong where it is none.
fn escape(text: &str) -> Result<(char, usize), usize> {
    let Some(selector) = text[1..].chars().next() else { return Err(1) };
    let digits = match selector {
        'n' => return Ok(('\n', 2)),
        'r' => return Ok(('\r', 2)),
        't' => return Ok(('\t', 2)),
        '"' => return Ok(('"', 2)),
        '\\' => return Ok(('\\', 2)),
        'u' => 4,
        'U' => 8,
        _ => return Err(1 + selector.len_utf8()),
    };
    let available = text[2..].bytes().take(digits).take_while(u8::is_ascii_hexdigit).count();
    let length = 2 + available;
    if available < digits {
        return Err(length);
    }
    u32::from_str_radix(&text[2..length], 16).ok().and_then(char::from_u32).map(|found| (found, length)).ok_or(length)
}
