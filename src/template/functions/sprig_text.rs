//! sprig's strings.
//!
//! Lengths and positions are in bytes, as Go's are.

use super::text::{find, joined, pieces, replaced, strings, trimmed, trimmed_space};
use crate::template::error::Failure;
use crate::template::function::Parameter::{Any, Int, String as Text};
use crate::template::function::{Arguments, Context, Function};
use crate::template::print;
use crate::template::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("sprig_abbrev", &[Int, Text], abbrev),
    Function::variadic("sprig_cat", &[], Any, cat),
    Function::new("sprig_contains", &[Text, Text], |_, arguments| {
        Ok(Value::Bool(find(arguments.bytes(1), arguments.bytes(0)).is_some()))
    }),
    Function::new("sprig_hasPrefix", &[Text, Text], |_, arguments| {
        Ok(Value::Bool(arguments.bytes(1).starts_with(arguments.bytes(0))))
    }),
    Function::new("sprig_hasSuffix", &[Text, Text], |_, arguments| {
        Ok(Value::Bool(arguments.bytes(1).ends_with(arguments.bytes(0))))
    }),
    Function::new("sprig_indent", &[Int, Text], |context, arguments| indent(context, arguments, b"")),
    Function::new("sprig_join", &[Text, Any], join),
    Function::new("sprig_nindent", &[Int, Text], |context, arguments| indent(context, arguments, b"\n")),
    Function::new("sprig_nospace", &[Text], |_, arguments| {
        Ok(Value::string(arguments.text(0)?.replace(char::is_whitespace, "")))
    }),
    Function::new("sprig_plural", &[Text, Text, Int], |_, arguments| {
        Ok(arguments.value(usize::from(arguments.int(2) != 1)).clone())
    }),
    Function::variadic("sprig_quote", &[], Any, |context, arguments| quoted(context, arguments, print::quote)),
    Function::new("sprig_repeat", &[Int, Text], repeat),
    Function::new("sprig_replace", &[Text, Text, Text], |context, arguments| {
        replaced(context, arguments.bytes(2), arguments.bytes(0), arguments.bytes(1))
    }),
    Function::new("sprig_sortAlpha", &[Any], sort_alpha),
    Function::new("sprig_split", &[Text, Text], |_, arguments| {
        Ok(numbered(pieces(arguments.bytes(1), arguments.bytes(0), usize::MAX)))
    }),
    Function::new("sprig_splitList", &[Text, Text], |context, arguments| {
        strings(context, pieces(arguments.bytes(1), arguments.bytes(0), usize::MAX))
    }),
    Function::new("sprig_splitn", &[Text, Int, Text], splitn),
    Function::variadic("sprig_squote", &[], Any, |context, arguments| {
        quoted(context, arguments, |bytes| format!("'{}'", String::from_utf8_lossy(bytes)))
    }),
    Function::new("sprig_substr", &[Int, Int, Text], substr),
    Function::new("sprig_toString", &[Any], |context, arguments| {
        Ok(Value::string(string_of(context, arguments.value(0))?))
    }),
    Function::new("sprig_toStrings", &[Any], |context, arguments| {
        Ok(Value::strings(strings_of(context, arguments.value(0))?))
    }),
    Function::new("sprig_trim", &[Text], |_, arguments| Ok(Value::string(trimmed_space(arguments.bytes(0))))),
    Function::new("sprig_trimAll", &[Text, Text], |_, arguments| trimmed(arguments.bytes(1), arguments.text(0)?)),
    Function::new("sprig_trimall", &[Text, Text], |_, arguments| trimmed(arguments.bytes(1), arguments.text(0)?)),
    Function::new("sprig_trimPrefix", &[Text, Text], |_, arguments| {
        let text = arguments.bytes(1);
        Ok(Value::string(text.strip_prefix(arguments.bytes(0)).unwrap_or(text)))
    }),
    Function::new("sprig_trimSuffix", &[Text, Text], |_, arguments| {
        let text = arguments.bytes(1);
        Ok(Value::string(text.strip_suffix(arguments.bytes(0)).unwrap_or(text)))
    }),
    Function::new("sprig_trunc", &[Int, Text], trunc),
];

/// A value as `%v` writes it.
pub(super) fn string_of(context: &Context<'_>, value: &Value) -> Result<Vec<u8>, Failure> {
    let mut out = context.writer();
    print::plain(&mut out, value)?;
    Ok(out.into_bytes())
}

/// The items of a list as strings, without those that are nil; anything else alone.
fn strings_of(context: &Context<'_>, value: &Value) -> Result<Vec<Vec<u8>>, Failure> {
    let items = match value {
        Value::List(list) => &list.items[..],
        single => std::slice::from_ref(single),
    };
    items.iter().filter(|item| !matches!(item, Value::Nil)).map(|item| string_of(context, item)).collect()
}

fn join(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let items: Vec<Value> = strings_of(context, arguments.value(1))?.into_iter().map(Value::string).collect();
    joined(context, arguments.bytes(0), &items)
}

fn sort_alpha(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let mut items = strings_of(context, arguments.value(0))?;
    items.sort();
    Ok(Value::strings(items))
}

/// `map[_0:… _1:…]`
fn numbered(pieces: Vec<&[u8]>) -> Value {
    Value::string_map(pieces.into_iter().enumerate().map(|(index, piece)| (format!("_{index}"), piece)))
}

fn splitn(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let pieces = match arguments.int(1) {
        0 => Vec::new(),
        count => pieces(arguments.bytes(2), arguments.bytes(0), usize::try_from(count).unwrap_or(usize::MAX)),
    };
    Ok(numbered(pieces))
}

/// Each value between quotes, with spaces between them; nil is left out.
fn quoted(context: &Context<'_>, arguments: Arguments<'_>, quote: impl Fn(&[u8]) -> String) -> Result<Value, Failure> {
    let mut out = context.writer();
    for value in arguments.rest(0).iter().filter(|value| !matches!(value, Value::Nil)) {
        if !out.written().is_empty() {
            out.push(" ")?;
        }
        out.push(quote(&string_of(context, value)?))?;
    }
    Ok(Value::string(out.into_bytes()))
}

/// Values with spaces between them; nil is left out.
fn cat(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let mut out = context.writer();
    let present = arguments.rest(0).iter().filter(|value| !matches!(value, Value::Nil));
    for (index, value) in present.enumerate() {
        if index > 0 {
            out.push(" ")?;
        }
        print::plain(&mut out, value)?;
    }
    Ok(Value::string(out.into_bytes()))
}

/// Spaces before every line, empty ones too.
fn indent(context: &Context<'_>, arguments: Arguments<'_>, before: &[u8]) -> Result<Value, Failure> {
    let Ok(spaces) = usize::try_from(arguments.int(0)) else {
        return Err(Failure::new("an indent by a negative number of spaces"));
    };
    let mut out = context.writer();
    out.push(before)?;
    out.fill(b' ', spaces)?;
    for byte in arguments.bytes(1) {
        out.push([*byte])?;
        if *byte == b'\n' {
            out.fill(b' ', spaces)?;
        }
    }
    Ok(Value::string(out.into_bytes()))
}

fn repeat(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let Ok(count) = usize::try_from(arguments.int(0)) else {
        return Err(Failure::new("`sprig_repeat` a negative number of times"));
    };
    let mut out = context.writer();
    out.repeat(arguments.bytes(1), count)?;
    Ok(Value::string(out.into_bytes()))
}

/// The first so many bytes; for a negative number the last.
fn trunc(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let (count, text) = (arguments.int(0), arguments.bytes(1));
    let length = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    Ok(Value::string(match length {
        length if length >= text.len() => text,
        length if count < 0 => &text[text.len() - length..],
        length => &text[..length],
    }))
}

/// From a start to an end; a negative start is none, and so is a negative end.
fn substr(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let text = arguments.bytes(2);
    let (start, end) = (usize::try_from(arguments.int(0)), usize::try_from(arguments.int(1)));
    let part = match (start, end) {
        (Err(_), Ok(end)) => text.get(..end),
        (Err(_), Err(_)) => None,
        (Ok(start), Ok(end)) if end <= text.len() => text.get(start..end),
        (Ok(start), _) => text.get(start..),
    };
    part.map(Value::string).ok_or_else(|| Failure::new(format!("a part outside of the string's {} bytes", text.len())))
}

/// Cut to a width, with `...` at the end.
fn abbrev(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let text = arguments.bytes(1);
    Ok(match usize::try_from(arguments.int(0)) {
        Ok(width) if width >= 4 && text.len() > width => Value::string([&text[..width - 3], b"..."].concat()),
        _ => arguments.value(1).clone(),
    })
}
