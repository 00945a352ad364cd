//! Strings cut, joined, trimmed and replaced.
//!
//! Bytes go in and out; letter case and patterns have files of their own.

use crate::template::error::Failure;
use crate::template::function::Parameter::{Int, String as Text, Strings};
use crate::template::function::{Arguments, Context, Function};
use crate::template::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("indent", &[Int, Text], indent),
    Function::new("join", &[Text, Strings], join),
    Function::new("replaceAll", &[Text, Text, Text], replace_all),
    Function::new("split", &[Text, Text], split),
    Function::new("splitToMap", &[Text, Text, Text], split_to_map),
    Function::new("trim", &[Text, Text], trim),
    Function::new("trimPrefix", &[Text, Text], trim_prefix),
    Function::new("trimSuffix", &[Text, Text], trim_suffix),
    Function::new("trimSpace", &[Text], trim_space),
];

/// Spaces before each line that is not empty.
fn indent(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let Ok(spaces) = usize::try_from(arguments.int(0)) else {
        return Err(Failure::new("`indent` by a negative number of spaces"));
    };
    let mut out = context.writer();
    for line in arguments.bytes(1).split_inclusive(|byte| *byte == b'\n') {
        if line != b"\n" {
            out.fill(b' ', spaces)?;
        }
        out.push(line)?;
    }
    Ok(Value::string(out.into_bytes()))
}

fn join(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    joined(context, arguments.bytes(0), arguments.items(1))
}

/// Strings with a separator between them.
pub(super) fn joined(context: &Context<'_>, separator: &[u8], items: &[Value]) -> Result<Value, Failure> {
    let mut out = context.writer();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(separator)?;
        }
        if let Value::String(bytes) = item {
            out.push(bytes)?;
        }
    }
    Ok(Value::string(out.into_bytes()))
}

fn replace_all(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    replaced(context, arguments.bytes(2), arguments.bytes(0), arguments.bytes(1))
}

/// Every `old` made `new`; an empty `old` stands between all characters.
pub(super) fn replaced(context: &Context<'_>, text: &[u8], old: &[u8], new: &[u8]) -> Result<Value, Failure> {
    let mut out = context.writer();
    for (index, piece) in pieces(text, old, usize::MAX).into_iter().enumerate() {
        if index > 0 || old.is_empty() {
            out.push(new)?;
        }
        out.push(piece)?;
    }
    if old.is_empty() && !text.is_empty() {
        out.push(new)?;
    }
    Ok(Value::string(out.into_bytes()))
}

/// What stands between the separators; with an empty separator, the single characters. At most `count` pieces.
pub(super) fn pieces<'t>(text: &'t [u8], separator: &[u8], count: usize) -> Vec<&'t [u8]> {
    let mut pieces = Vec::new();
    let mut rest = text;
    if separator.is_empty() {
        while pieces.len() + 1 < count && !rest.is_empty() {
            let (character, after) = rest.split_at(first_character(rest));
            pieces.push(character);
            rest = after;
        }
        if !rest.is_empty() || text.is_empty() && count == usize::MAX {
            pieces.push(rest);
        }
        return pieces;
    }
    while pieces.len() + 1 < count
        && let Some(at) = find(rest, separator)
    {
        pieces.push(&rest[..at]);
        rest = &rest[at + separator.len()..];
    }
    pieces.push(rest);
    pieces
}

/// The length of the first character; a byte that belongs to none is one.
fn first_character(bytes: &[u8]) -> usize {
    let head = &bytes[..bytes.len().min(4)];
    let valid = head.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
    valid.map_or(1, char::len_utf8)
}

/// Where a string first stands in another.
pub(super) fn find(text: &[u8], sought: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, sought)
}

/// Nothing comes from an empty string; spaces around it do not count.
fn split(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let text = trimmed_space(arguments.bytes(1));
    if text.is_empty() {
        return Ok(Value::strings::<&[u8]>([]));
    }
    strings(context, pieces(text, arguments.bytes(0), usize::MAX))
}

/// A list of strings, paid for.
pub(super) fn strings(context: &Context<'_>, items: Vec<&[u8]>) -> Result<Value, Failure> {
    context.budget.spend_items(items.len())?;
    Ok(Value::strings(items))
}

/// `"a:1,b:2"` as a map; what lacks the second separator is left out.
fn split_to_map(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let text = trimmed_space(arguments.bytes(2));
    let separator = arguments.bytes(1);
    let entries = if text.is_empty() { Vec::new() } else { pieces(text, arguments.bytes(0), usize::MAX) };
    context.budget.spend_items(entries.len())?;
    Ok(Value::string_map(
        entries
            .into_iter()
            .filter_map(|entry| find(entry, separator).map(|at| (&entry[..at], &entry[at + separator.len()..]))),
    ))
}

/// Without the characters of a set at both ends.
fn trim(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    trimmed(arguments.bytes(1), arguments.text(0)?)
}

pub(super) fn trimmed(bytes: &[u8], set: &str) -> Result<Value, Failure> {
    let text = std::str::from_utf8(bytes).map_err(|_| Failure::new("`trim` of a string that is not UTF-8"))?;
    Ok(Value::string(text.trim_matches(|character| set.contains(character))))
}

fn trim_prefix(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let text = arguments.bytes(1);
    Ok(Value::string(text.strip_prefix(arguments.bytes(0)).unwrap_or(text)))
}

fn trim_suffix(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let text = arguments.bytes(1);
    Ok(Value::string(text.strip_suffix(arguments.bytes(0)).unwrap_or(text)))
}

fn trim_space(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    Ok(Value::string(trimmed_space(arguments.bytes(0))))
}

/// Without white space of Unicode at both ends.
pub(super) fn trimmed_space(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.trim().as_bytes(),
        Err(_) => bytes.trim_ascii(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_what_go_splits() {
        let pieces = |text: &str, separator: &str, count| -> Vec<String> {
            let pieces = pieces(text.as_bytes(), separator.as_bytes(), count);
            pieces.into_iter().map(|piece| String::from_utf8_lossy(piece).into_owned()).collect()
        };
        assert_eq!(pieces("a,b,,c", ",", usize::MAX), ["a", "b", "", "c"]);
        assert_eq!(pieces("a,b,,c", ",", 2), ["a", "b,,c"]);
        assert_eq!(pieces("aé😀", "", usize::MAX), ["a", "é", "😀"]);
        assert_eq!(pieces("aé😀", "", 2), ["a", "é😀"]);
        assert_eq!(pieces("", ",", usize::MAX), [""]);
    }
}
