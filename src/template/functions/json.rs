//! JSON read and written as Go's encoding/json does.
//!
//! Every number that is read is a float, as in Go.

use crate::template::budget::{MAX_DEPTH, Writer};
use crate::template::error::Failure;
use crate::template::function::Parameter::{Any, String as Text};
use crate::template::function::{Arguments, Context, Function};
use crate::template::value::{Key, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("parseJSON", &[Text], parse_json),
    Function::new("sprig_fromJson", &[Text], |context, arguments| Ok(read(context, arguments).unwrap_or(Value::Nil))),
    Function::new("sprig_mustFromJson", &[Text], read),
    Function::new("toJSON", &[Any], |context, arguments| json(context, arguments, ESCAPED)),
    Function::new("toJSONPretty", &[Any], |context, arguments| json(context, arguments, PRETTY)),
    Function::new("toUnescapedJSON", &[Any], |context, arguments| json(context, arguments, RAW)),
    Function::new("toUnescapedJSONPretty", &[Any], |context, arguments| json(context, arguments, RAW_PRETTY)),
    Function::new("sprig_toJson", &[Any], |context, arguments| json(context, arguments, ESCAPED)),
    Function::new("sprig_toPrettyJson", &[Any], |context, arguments| json(context, arguments, PRETTY)),
    Function::new("sprig_toRawJson", &[Any], |context, arguments| json(context, arguments, RAW)),
    Function::new("sprig_mustToJson", &[Any], |context, arguments| json(context, arguments, ESCAPED)),
    Function::new("sprig_mustToPrettyJson", &[Any], |context, arguments| json(context, arguments, PRETTY)),
    Function::new("sprig_mustToRawJson", &[Any], |context, arguments| json(context, arguments, RAW)),
];

const ESCAPED: Style = Style { html: true, pretty: false };
const PRETTY: Style = Style { html: true, pretty: true };
const RAW: Style = Style { html: false, pretty: false };
const RAW_PRETTY: Style = Style { html: false, pretty: true };

/// An empty string is an empty map.
fn parse_json(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    if arguments.bytes(0).is_empty() {
        return Value::map(std::collections::BTreeMap::new());
    }
    read(context, arguments)
}

fn read(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let bytes = arguments.bytes(0);
    context.budget.spend_items(bytes.len())?;
    let document: serde_json::Value =
        serde_json::from_slice(bytes).map_err(|error| Failure::new(format!("this is not JSON: {error}")))?;
    value(document)
}

/// The reader has seen to the depth.
fn value(document: serde_json::Value) -> Result<Value, Failure> {
    Ok(match document {
        serde_json::Value::Null => Value::Nil,
        serde_json::Value::Bool(truth) => Value::Bool(truth),
        serde_json::Value::Number(number) => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        serde_json::Value::String(text) => Value::string(text),
        serde_json::Value::Array(items) => Value::list(items.into_iter().map(value).collect::<Result<_, _>>()?)?,
        serde_json::Value::Object(entries) => {
            let entries = entries.into_iter().map(|(key, item)| Ok((Key::from(key.as_str()), value(item)?)));
            Value::map(entries.collect::<Result<_, Failure>>()?)?
        }
    })
}

#[derive(Clone, Copy)]
struct Style {
    /// Whether `<`, `>` and `&` are escaped.
    html: bool,
    /// Whether it stands on many lines.
    pretty: bool,
}

fn json(context: &Context<'_>, arguments: Arguments<'_>, style: Style) -> Result<Value, Failure> {
    let mut out = context.writer();
    write(&mut out, arguments.value(0), style, 0)?;
    Ok(Value::string(out.into_bytes()))
}

fn write(out: &mut Writer<'_>, value: &Value, style: Style, depth: usize) -> Result<(), Failure> {
    out.budget().spend_items(1)?;
    match value {
        Value::Nil => out.push("null"),
        Value::Bool(truth) => out.push(truth.to_string()),
        Value::Int(number) | Value::Int64(number) => out.push(number.to_string()),
        Value::Byte(number) => out.push(number.to_string()),
        Value::Uint64(number) => out.push(number.to_string()),
        Value::Float(number) => write_float(out, *number),
        Value::String(bytes) => write_string(out, bytes, style.html),
        Value::List(list) => {
            out.push("[")?;
            for (index, item) in list.items.iter().enumerate() {
                separate(out, style, depth + 1, index)?;
                write(out, item, style, depth + 1)?;
            }
            close(out, style, depth, list.items.is_empty(), "]")
        }
        Value::Map(map) if map.any_key => {
            let failure = Failure::new("JSON of a map that `parseYAML` made: its keys need not be strings");
            Err(failure.help("Nomad refuses it too; `toYAML` writes it, and `parseJSON` reads maps with string keys"))
        }
        Value::Map(map) => {
            out.push("{")?;
            for (index, (key, item)) in map.entries.iter().enumerate() {
                separate(out, style, depth + 1, index)?;
                if let Key::String(bytes) = key {
                    write_string(out, bytes, style.html)?;
                }
                out.push(if style.pretty { ": " } else { ":" })?;
                write(out, item, style, depth + 1)?;
            }
            close(out, style, depth, map.entries.is_empty(), "}")
        }
        Value::Loop(..) | Value::Scratch => Err(Failure::new(format!("JSON of a value of type {}", value.type_name()))),
    }
}

fn separate(out: &mut Writer<'_>, style: Style, depth: usize, index: usize) -> Result<(), Failure> {
    if index > 0 {
        out.push(",")?;
    }
    if style.pretty {
        out.push("\n")?;
        out.fill(b' ', 2 * depth.min(MAX_DEPTH as usize))?;
    }
    Ok(())
}

fn close(out: &mut Writer<'_>, style: Style, depth: usize, empty: bool, bracket: &str) -> Result<(), Failure> {
    if style.pretty && !empty {
        out.push("\n")?;
        out.fill(b' ', 2 * depth)?;
    }
    out.push(bracket)
}

/// The fewest digits, with an exponent only for very small and large numbers.
fn write_float(out: &mut Writer<'_>, number: f64) -> Result<(), Failure> {
    if !number.is_finite() {
        return Err(Failure::new("JSON of a number that is infinite or none"));
    }
    let magnitude = number.abs();
    if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        let text = format!("{number:e}");
        return out.push(if text.contains("e-") { text } else { text.replace('e', "e+") });
    }
    out.push(number.to_string())
}

pub(super) fn write_string(out: &mut Writer<'_>, bytes: &[u8], html: bool) -> Result<(), Failure> {
    out.push("\"")?;
    for chunk in bytes.utf8_chunks() {
        let mut plain = 0;
        let text = chunk.valid();
        for (at, character) in text.char_indices() {
            let escaped = match character {
                '"' => "\\\"".to_owned(),
                '\\' => "\\\\".to_owned(),
                '\n' => "\\n".to_owned(),
                '\r' => "\\r".to_owned(),
                '\t' => "\\t".to_owned(),
                '\x08' => "\\b".to_owned(),
                '\x0c' => "\\f".to_owned(),
                '<' | '>' | '&' if html => format!("\\u{:04x}", u32::from(character)),
                ..' ' | '\u{2028}' | '\u{2029}' => format!("\\u{:04x}", u32::from(character)),
                _ => continue,
            };
            out.push(&text[plain..at])?;
            out.push(escaped)?;
            plain = at + character.len_utf8();
        }
        out.push(&text[plain..])?;
        for _ in chunk.invalid() {
            out.push("\\ufffd")?;
        }
    }
    out.push("\"")
}
