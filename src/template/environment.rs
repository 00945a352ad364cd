//! The result of an `env = true` template: `KEY=value` lines → variables, by the rules of Nomad's reader.
//!
//! Comments, an `export` before the name, single quotes, and double quotes with the escapes of JSON strings.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

/// A line of an `env = true` template that is not `KEY=value`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EnvironmentError {
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// The line of the rendered text, from 1.
    pub line: usize,
    /// What to do about it.
    pub help: Option<&'static str>,
}

/// Reads the variables that a rendered template sets; of equal names the last wins.
///
/// # Errors
/// The first line that is neither empty, nor a comment, nor `KEY=value`.
pub fn parse_env(rendered: &[u8]) -> Result<BTreeMap<String, String>, EnvironmentError> {
    let mut variables = BTreeMap::new();
    for (line, bytes) in (1..).zip(rendered.split(|byte| *byte == b'\n')) {
        let at_line = |(message, help): Wrong| EnvironmentError { message, line, help };
        let text = std::str::from_utf8(bytes).map_err(|_| at_line(("this line is not UTF-8".to_owned(), None)))?;
        variables.extend(parse_line(text.trim()).map_err(at_line)?);
    }
    Ok(variables)
}

type Wrong = (String, Option<&'static str>);

const QUOTE: Option<&str> = Some("write values with special characters as JSON strings: `{{ … | toJSON }}`");

fn parse_line(line: &str) -> Result<Option<(String, String)>, Wrong> {
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let Some((key, value)) = line.split_once('=') else {
        return Err(("this line has no `=`".to_owned(), Some("every line is `KEY=value`, a comment or empty")));
    };
    let key = key.trim();
    let key = key.strip_prefix("export ").filter(|key| !key.is_empty()).unwrap_or(key);
    check_key(key)?;
    Ok(Some((key.to_owned(), parse_value(value.trim())?)))
}

fn check_key(key: &str) -> Result<(), Wrong> {
    let mut characters = key.chars();
    match characters.next() {
        None => return Err(("the name before `=` is empty".to_owned(), None)),
        Some('A'..='Z' | 'a'..='z' | '_') => {}
        Some(_) => return Err((format!("the name {key:?} does not begin with a letter or `_`"), None)),
    }
    let wrong =
        characters.find(|character| !character.is_ascii_alphanumeric() && !matches!(character, '_' | '.' | '/'));
    match wrong {
        None => Ok(()),
        Some(character) => {
            Err((format!("the name {key:?} has a {character:?}"), Some("a name has letters, digits, `_`, `.` and `/`")))
        }
    }
}

fn parse_value(text: &str) -> Result<String, Wrong> {
    let mut value = String::with_capacity(text.len());
    // Spaces before a comment are not part of the value.
    let mut significant = 0;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '#' => {
                value.truncate(significant);
                return Ok(value);
            }
            '"' => double_quoted(&mut characters, &mut value)?,
            '\'' => single_quoted(&mut characters, &mut value)?,
            other => value.push(plain(other)?),
        }
        if character != ' ' {
            significant = value.len();
        }
    }
    Ok(value)
}

fn plain(character: char) -> Result<char, Wrong> {
    if character < ' ' {
        return Err((format!("the value has the control character {character:?}"), QUOTE));
    }
    Ok(character)
}

fn single_quoted(characters: &mut Peekable<Chars<'_>>, value: &mut String) -> Result<(), Wrong> {
    for character in characters {
        if character == '\'' {
            return Ok(());
        }
        value.push(plain(character)?);
    }
    Err(("a `'` is not closed on its line".to_owned(), QUOTE))
}

fn double_quoted(characters: &mut Peekable<Chars<'_>>, value: &mut String) -> Result<(), Wrong> {
    while let Some(character) = characters.next() {
        match character {
            '"' => return Ok(()),
            '\\' => value.push(escaped(characters)?),
            other => value.push(plain(other)?),
        }
    }
    Err(("a `\"` is not closed on its line".to_owned(), QUOTE))
}

/// What stands after a backslash, as in JSON.
fn escaped(characters: &mut Peekable<Chars<'_>>) -> Result<char, Wrong> {
    match characters.next() {
        Some(same @ ('"' | '\\' | '/')) => Ok(same),
        Some('b') => Ok('\x08'),
        Some('f') => Ok('\x0c'),
        Some('n') => Ok('\n'),
        Some('r') => Ok('\r'),
        Some('t') => Ok('\t'),
        Some('u') => {
            let first = hexadecimal(characters)?;
            if !(0xd800..0xe000).contains(&first) {
                return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            if characters.next() != Some('\\') || characters.next() != Some('u') {
                return Err(("half a surrogate pair".to_owned(), QUOTE));
            }
            let second = hexadecimal(characters)?;
            let pair = [first, second].map(|half| u16::try_from(half).unwrap_or(0));
            let decoded = char::decode_utf16(pair).next().and_then(Result::ok);
            Ok(decoded.unwrap_or(char::REPLACEMENT_CHARACTER))
        }
        Some(other) => Err((format!("the unknown escape `\\{other}`"), QUOTE)),
        None => Err(("a lone `\\`".to_owned(), QUOTE)),
    }
}

fn hexadecimal(characters: &mut Peekable<Chars<'_>>) -> Result<u32, Wrong> {
    let mut code = 0;
    for _ in 0..4 {
        let digit = characters.next().and_then(|character| character.to_digit(16));
        let Some(digit) = digit else { return Err(("`\\u` without four hexadecimal digits".to_owned(), QUOTE)) };
        code = code * 16 + digit;
    }
    Ok(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> Result<Option<(String, String)>, String> {
        parse_line(line).map_err(|(message, _)| message)
    }

    #[test]
    fn lines_are_read() {
        for (line, value) in [
            ("K=v", "v"),
            ("export K = a b  # comment", "a b"),
            ("K=a#b", "a"),
            ("K=\"a # b\" c", "a # b c"),
            ("K='a\\n' # x", "a\\n"),
            (r#"K="a\n\"\u00e9\ud83d\ude00""#, "a\n\"é😀"),
            ("K=", ""),
            ("K=a=b", "a=b"),
            ("K=é # x", "é"),
        ] {
            assert_eq!(one(line), Ok(Some(("K".to_owned(), value.to_owned()))), "{line}");
        }
        assert_eq!(one("# x"), Ok(None));
        assert_eq!(one("export =x").unwrap().unwrap().0, "export");
    }

    #[test]
    fn what_is_no_line_is_said() {
        for line in
            ["K", "=v", "1K=v", "K-K=v", "K=\"a", "K='a", r#"K="\d""#, r#"K="\u00g0""#, r#"K="\ud800""#, "K=a\tb"]
        {
            assert!(one(line).is_err(), "{line}");
        }
        let error = parse_env(b"A=1\n\n!").unwrap_err();
        assert_eq!((error.line, error.message.as_str()), (3, "this line has no `=`"));
        assert_eq!(parse_env(b"A=1\r\nA=2\n").unwrap(), BTreeMap::from([("A".to_owned(), "2".to_owned())]));
    }
}
