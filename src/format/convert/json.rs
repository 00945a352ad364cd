//! Data as JSON text.

use super::data::{Data, Members};

/// A document, two blanks a level.
pub(super) fn write(members: &Members) -> String {
    let mut out = String::new();
    object(&mut out, members, 0);
    out.push('\n');
    out
}

fn value(out: &mut String, data: &Data, level: usize) {
    match data {
        Data::Null => out.push_str("null"),
        Data::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Data::Number(number) => out.push_str(number),
        Data::Text(text) => out.push_str(&string(text)),
        Data::List(items) => list(out, items, level, value),
        Data::Tables(tables) => list(out, tables, level, object),
        Data::Object(members) | Data::Table(members) => object(out, members, level),
    }
}

fn list<T>(out: &mut String, items: &[T], level: usize, write: fn(&mut String, &T, usize)) {
    for (at, item) in items.iter().enumerate() {
        out.push_str(if at == 0 { "[" } else { "," });
        line(out, level + 1);
        write(out, item, level + 1);
    }
    if items.is_empty() {
        out.push('[');
    } else {
        line(out, level);
    }
    out.push(']');
}

fn object(out: &mut String, members: &Members, level: usize) {
    out.push('{');
    for (at, (key, data)) in members.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { "," });
        line(out, level + 1);
        out.push_str(&string(key));
        out.push_str(": ");
        value(out, data, level + 1);
    }
    if !members.is_empty() {
        line(out, level);
    }
    out.push('}');
}

fn line(out: &mut String, level: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", level));
}

fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
