//! TOML written as consul-template's encoder does: keys sorted, plain values before tables.
//!
//! Writing only.

use super::text::trimmed_space;
use crate::template::budget::Writer;
use crate::template::error::Failure;
use crate::template::function::Parameter::Any;
use crate::template::function::{Arguments, Context, Function};
use crate::template::value::{Key, Map, Value};

pub(super) const FUNCTIONS: &[Function] = &[Function::new("toTOML", &[Any], to_toml)];

fn to_toml(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let mut out = context.writer();
    match arguments.value(0) {
        Value::Map(map) => table(&mut out, &mut Vec::new(), map)?,
        tables if is_table(tables) => {
            return Err(Failure::new("TOML of a list of maps").help("a TOML document is a map"));
        }
        plain => element(&mut out, plain)?,
    }
    Ok(Value::string(trimmed_space(out.written())))
}

/// The entries of a table: first those that are plain, then those that are tables themselves.
fn table(out: &mut Writer<'_>, path: &mut Vec<String>, map: &Map) -> Result<(), Failure> {
    check_keys(map)?;
    for wants_tables in [false, true] {
        for (key, value) in &map.entries {
            out.budget().spend_items(1)?;
            let Key::String(name) = key else { continue };
            if matches!(value, Value::Nil) || is_table(value) != wants_tables {
                continue;
            }
            path.push(key_text(name));
            entry(out, path, value)?;
            path.pop();
        }
    }
    Ok(())
}

fn check_keys(map: &Map) -> Result<(), Failure> {
    if map.any_key {
        let failure = Failure::new("TOML of a map that `parseYAML` made: its keys need not be strings");
        return Err(
            failure.help("Nomad refuses it too; `toYAML` writes it, and `parseJSON` reads maps with string keys")
        );
    }
    Ok(())
}

fn entry(out: &mut Writer<'_>, path: &mut Vec<String>, value: &Value) -> Result<(), Failure> {
    let indent = 2 * (path.len() - 1);
    match value {
        Value::Map(map) => {
            if path.len() == 1 {
                new_line(out)?;
            }
            out.fill(b' ', indent)?;
            out.push(format!("[{}]\n", path.join(".")))?;
            table(out, path, map)
        }
        Value::List(list) if is_table(value) => {
            for item in &list.items {
                new_line(out)?;
                out.fill(b' ', indent)?;
                out.push(format!("[[{}]]\n", path.join(".")))?;
                if let Value::Map(map) = item {
                    table(out, path, map)?;
                }
            }
            Ok(())
        }
        plain => {
            out.fill(b' ', indent)?;
            out.push(path.last().map_or("", String::as_str))?;
            out.push(" = ")?;
            element(out, plain)?;
            out.push("\n")
        }
    }
}

/// An empty line before what is not the first.
fn new_line(out: &mut Writer<'_>) -> Result<(), Failure> {
    if out.written().is_empty() { Ok(()) } else { out.push("\n") }
}

/// Whether it stands under a header of its own: a map, or a list of maps and nothing else.
fn is_table(value: &Value) -> bool {
    match value {
        Value::Map(_) => true,
        Value::List(list) => !list.items.is_empty() && list.items.iter().all(|item| matches!(item, Value::Map(_))),
        _ => false,
    }
}

fn element(out: &mut Writer<'_>, value: &Value) -> Result<(), Failure> {
    out.budget().spend_items(1)?;
    match value {
        Value::Bool(truth) => out.push(truth.to_string()),
        Value::Int(number) | Value::Int64(number) => out.push(number.to_string()),
        Value::Byte(number) => out.push(number.to_string()),
        Value::Uint64(number) => out.push(number.to_string()),
        Value::Float(number) => out.push(match number {
            number if number.is_nan() => "nan".to_owned(),
            number if number.is_infinite() => if *number > 0.0 { "inf" } else { "-inf" }.to_owned(),
            number if number.fract() == 0.0 => format!("{number:.1}"),
            number => number.to_string(),
        }),
        Value::String(bytes) => quoted(out, bytes),
        Value::List(list) => {
            out.push("[")?;
            for (index, item) in list.items.iter().enumerate() {
                if index > 0 {
                    out.push(", ")?;
                }
                element(out, item)?;
            }
            out.push("]")
        }
        Value::Map(map) => {
            check_keys(map)?;
            out.push("{")?;
            let mut first = true;
            for wants_tables in [false, true] {
                for (key, item) in map.entries.iter().filter(|(_, item)| is_table(item) == wants_tables) {
                    let (Key::String(name), false) = (key, matches!(item, Value::Nil)) else { continue };
                    if !std::mem::replace(&mut first, false) {
                        out.push(", ")?;
                    }
                    out.push(key_text(name))?;
                    out.push(" = ")?;
                    element(out, item)?;
                }
            }
            out.push("}")
        }
        Value::Nil => Err(Failure::new("TOML of nil")),
        Value::Loop(..) | Value::Scratch => Err(Failure::new(format!("TOML of a value of type {}", value.type_name()))),
    }
}

fn quoted(out: &mut Writer<'_>, bytes: &[u8]) -> Result<(), Failure> {
    out.push("\"")?;
    out.push(escaped(&String::from_utf8_lossy(bytes)))?;
    out.push("\"")
}

/// A key, between quotes where it has more than letters, digits, `_` and `-`.
fn key_text(name: &[u8]) -> String {
    let is_bare = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let name = String::from_utf8_lossy(name);
    if !name.is_empty() && name.as_bytes().iter().all(is_bare) {
        return name.into_owned();
    }
    format!("\"{}\"", escaped(&name))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\x08' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\x0c' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control if control.is_ascii_control() => out.extend(format!("\\u{:04x}", u32::from(control)).chars()),
            plain => out.push(plain),
        }
    }
    out
}
