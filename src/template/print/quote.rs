//! Strings and characters between quotes, as Go's strconv writes them.
//!
//! Escaping for Go only; JSON, HTML and JavaScript have rules of their own.

use std::fmt::Write as _;

/// Which quotes, and what is escaped between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Ascii {
    /// Everything beyond ASCII is escaped.
    Only,
    /// What can be printed stays.
    Beyond,
}

/// A string between double quotes.
pub(in super::super) fn quote(bytes: &[u8]) -> String {
    quoted(bytes, Ascii::Beyond)
}

pub(super) fn quoted(bytes: &[u8], ascii: Ascii) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push('"');
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            escape(&mut out, character, '"', ascii);
        }
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out.push('"');
    out
}

/// A character between single quotes.
pub(super) fn quoted_character(character: char, ascii: Ascii) -> String {
    let mut out = String::from('\'');
    escape(&mut out, character, '\'', ascii);
    out.push('\'');
    out
}

fn escape(out: &mut String, character: char, quote: char, ascii: Ascii) {
    match character {
        '\\' => out.push_str("\\\\"),
        same if same == quote => out.extend(['\\', quote]),
        '\x07' => out.push_str("\\a"),
        '\x08' => out.push_str("\\b"),
        '\x0c' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\x0b' => out.push_str("\\v"),
        plain if is_printable(plain) && (plain.is_ascii() || ascii == Ascii::Beyond) => out.push(plain),
        other => {
            let code = u32::from(other);
            // Writing to a string cannot fail.
            let _ = match code {
                0..0x80 => write!(out, "\\x{code:02x}"),
                0x80..0x10000 => write!(out, "\\u{code:04x}"),
                _ => write!(out, "\\U{code:08x}"),
            };
        }
    }
}

/// Whether Go prints a character as it is: letters, marks, numbers, punctuation, symbols, and the space.
pub(in super::super) fn is_printable(character: char) -> bool {
    if character.is_ascii() {
        return matches!(character, ' '..='~');
    }
    // Rust's own escaping goes by the same classes; it spares marks only where they follow a letter.
    let mut after_letter = String::from('a');
    after_letter.push(character);
    after_letter.escape_debug().nth(1) == Some(character)
}

/// Whether a string can stand between backquotes.
pub(super) fn can_be_raw(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| {
        text.chars().all(|character| match character {
            '`' | '\u{feff}' | '\x7f' => false,
            '\t' => true,
            other => other >= ' ',
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_quoted() {
        assert_eq!(
            quote("a\"\\\n\u{1}é\u{301}\u{a0}😀'".as_bytes()),
            r#""a\"\\\n\x01é\u{301}\u00a0😀'""#.replace("\\u{301}", "\u{301}")
        );
        assert_eq!(quote(b"a\xff"), r#""a\xff""#);
        assert_eq!(quoted("é😀".as_bytes(), Ascii::Only), r#""\u00e9\U0001f600""#);
        assert_eq!(quoted_character('\'', Ascii::Beyond), r"'\''");
        assert_eq!(quoted_character('"', Ascii::Beyond), "'\"'");
    }
}
