//! Data as TOML text.
//!
//! Blocks are tables with headers, objects in arguments are inline tables.

use super::data::{Data, Members};
use super::quote;

/// A document.
pub(super) fn write(members: &Members) -> String {
    let mut out = String::new();
    table(&mut out, &mut Vec::new(), members);
    out
}

/// The lines of a table, then the tables in it.
fn table<'m>(out: &mut String, path: &mut Vec<&'m str>, members: &'m Members) {
    for (name, data) in members {
        if !matches!(data, Data::Table(_) | Data::Tables(_)) {
            out.push_str(&key(name));
            out.push_str(" = ");
            value(out, data);
            out.push('\n');
        }
    }
    for (name, data) in members {
        path.push(name);
        match data {
            Data::Table(inner) => {
                // A table that only holds others is there by their headers.
                if inner.is_empty() || !inner.values().all(|data| matches!(data, Data::Table(_) | Data::Tables(_))) {
                    header(out, path, ["[", "]"]);
                }
                table(out, path, inner);
            }
            Data::Tables(tables) => {
                for inner in tables {
                    header(out, path, ["[[", "]]"]);
                    table(out, path, inner);
                }
            }
            _ => {}
        }
        path.pop();
    }
}

fn header(out: &mut String, path: &[&str], [open, close]: [&str; 2]) {
    if !out.is_empty() {
        out.push('\n');
    }
    let path: Vec<_> = path.iter().map(|name| key(name)).collect();
    out.push_str(open);
    out.push_str(&path.join("."));
    out.push_str(close);
    out.push('\n');
}

fn value(out: &mut String, data: &Data) {
    match data {
        // TOML has no null; an expression that is null does as well.
        Data::Null => out.push_str("\"${null}\""),
        Data::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Data::Number(number) => out.push_str(&toml_number(number)),
        Data::Text(text) => out.push_str(&string(text)),
        Data::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                value(out, item);
            }
            out.push(']');
        }
        Data::Tables(tables) => {
            out.push('[');
            for (at, members) in tables.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                inline(out, members);
            }
            out.push(']');
        }
        Data::Object(members) | Data::Table(members) => inline(out, members),
    }
}

fn inline(out: &mut String, members: &Members) {
    if members.is_empty() {
        return out.push_str("{}");
    }
    out.push_str("{ ");
    for (at, (name, data)) in members.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        out.push_str(&key(name));
        out.push_str(" = ");
        value(out, data);
    }
    out.push_str(" }");
}

/// A number as it is where every reader of TOML keeps it exact, else an expression.
fn toml_number(number: &str) -> String {
    let is_integer = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let fits = if is_integer { number.parse::<i64>().is_ok() } else { number.parse::<f64>().is_ok_and(f64::is_finite) };
    if fits { number.to_owned() } else { format!("\"${{{number}}}\"") }
}

fn key(name: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !name.is_empty() && name.bytes().all(is_bare) { name.to_owned() } else { basic(name) }
}

/// A string in the notation that needs the fewest escapes.
fn string(text: &str) -> String {
    let is_plain = !text.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\t'));
    if text.contains('\n') && is_plain && !text.contains("'''") && !text.ends_with('\'') {
        return format!("'''\n{text}'''");
    }
    if text.contains(['"', '\\']) && is_plain && !text.contains(['\'', '\n']) {
        return format!("'{text}'");
    }
    basic(text)
}

fn basic(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control.is_control() => out.push_str(&quote::unicode_escape(control)),
            character => out.push(character),
        }
    }
    out.push('"');
    out
}
