//! JSON strings: where one ends, and its escapes.
//!
//! RFC 8259, section 7; positions are offsets in the string, spans are the reader's.

use std::ops::Range;

use bumpalo::Bump;

/// Errors told of one string.
const MAX_ERRORS: usize = 100;

/// What is wrong in a string.
pub(super) struct StringError {
    pub(super) range: Range<usize>,
    pub(super) message: &'static str,
    pub(super) help: &'static str,
}

/// The length of the string a text begins with, both quotes included; none where the line ends before it does.
pub(super) fn length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\n' => return None,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// A string's text: the very text it was given where it has no escapes.
pub(super) fn unescape<'a>(raw: &'a str, arena: &'a Bump) -> (&'a str, Vec<StringError>) {
    let mut errors = Vec::new();
    for (at, byte) in raw.bytes().enumerate().filter(|(_, byte)| *byte < 0x20).take(MAX_ERRORS) {
        errors.push(StringError {
            range: at..at + 1,
            message: "a control character in a string",
            help: if byte == b'\t' { "write \\t" } else { "write it as \\u00XX" },
        });
    }
    if !raw.contains('\\') {
        return (raw, errors);
    }
    let mut text = bumpalo::collections::String::with_capacity_in(raw.len(), arena);
    let mut at = 0;
    while let Some(backslash) = raw[at..].find('\\').map(|offset| at + offset) {
        text.push_str(&raw[at..backslash]);
        let (character, length) = escape(&raw[backslash..]);
        if let Ok(character) = character {
            text.push(character);
        } else if let Err((message, help)) = character
            && errors.len() < MAX_ERRORS
        {
            errors.push(StringError { range: backslash..backslash + length, message, help });
        }
        at = backslash + length;
    }
    text.push_str(&raw[at..]);
    (text.into_bump_str(), errors)
}

/// The character of the escape a text begins with, or what is wrong with it; and its length.
fn escape(text: &str) -> (Result<char, (&'static str, &'static str)>, usize) {
    let Some(selector) = text[1..].chars().next() else {
        return (Err(("a backslash at the end of a string", "write a literal backslash as \\\\")), 1);
    };
    let character = match selector {
        '"' | '\\' | '/' => selector,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode(text),
        _ => {
            let help = "the escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uNNNN";
            return (Err(("unknown escape", help)), 1 + selector.len_utf8());
        }
    };
    (Ok(character), 2)
}

/// `\uNNNN`, or two that make a surrogate pair.
fn unicode(text: &str) -> (Result<char, (&'static str, &'static str)>, usize) {
    let unit = |from: usize| {
        let digits = text.get(from..from + 4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        u32::from_str_radix(digits, 16).ok()
    };
    let Some(first) = unit(2) else {
        let length = 2 + text[2..].bytes().take(4).take_while(u8::is_ascii_hexdigit).count();
        return (Err(("an incomplete \\u escape", "\\u takes four hexadecimal digits")), length);
    };
    if let Some(character) = char::from_u32(first) {
        return (Ok(character), 6);
    }
    let second = text.get(6..8).filter(|escape| *escape == "\\u").and_then(|_| unit(8));
    match second {
        Some(second @ 0xdc00..=0xdfff) if first < 0xdc00 => {
            let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            (Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)), 12)
        }
        _ => (Err(("half of a surrogate pair", "write both halves, \\uD83D\\uDE00, or the character itself")), 6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(raw: &str) -> Result<String, Range<usize>> {
        let arena = Bump::new();
        let (text, errors) = unescape(raw, &arena);
        errors.into_iter().next().map_or(Ok(text.to_owned()), |error| Err(error.range))
    }

    #[test]
    fn escapes_and_surrogate_pairs() {
        assert_eq!(text(r#"a\"\\\/\b\f\n\r\tz"#).unwrap(), "a\"\\/\u{8}\u{c}\n\r\tz");
        assert_eq!(text(r"\u00e9\ud83d\ude00").unwrap(), "é😀");
    }

    #[test]
    fn wrong_escapes_name_their_range() {
        assert_eq!(text(r"a\qb"), Err(1..3));
        assert_eq!(text(r"a\u12"), Err(1..5));
        assert_eq!(text(r"\ud83dx"), Err(0..6));
        assert_eq!(text(r"\ude00\ud83d"), Err(0..6));
        assert_eq!(text("a\u{1}"), Err(1..2));
    }

    #[test]
    fn a_string_ends_on_its_line() {
        assert_eq!(length(r#""a\"b" c"#), Some(6));
        assert_eq!(length("\"a\n\""), None);
        assert_eq!(length(r#""a\"#), None);
    }
}
