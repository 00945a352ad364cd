//! Values as text, the way Go's fmt package writes them: `print`, `println`, `printf`, and what an action prints.
//!
//! Writes and nothing else: JSON, YAML and TOML have files of their own.

mod float;
mod printf;
mod quote;

pub(super) use float::shortest;
pub(super) use printf::printf;
pub(super) use quote::{is_printable, quote};

use super::budget::{STEP, Writer};
use super::error::Failure;
use super::value::Value;

/// A value as `%v` writes it.
pub(super) fn plain(out: &mut Writer<'_>, value: &Value) -> Result<(), Failure> {
    out.budget().spend(STEP)?;
    match value {
        Value::Nil => out.push("<nil>"),
        Value::Bool(value) => out.push(value.to_string()),
        Value::Int(value) | Value::Int64(value) => out.push(value.to_string()),
        Value::Byte(value) => out.push(value.to_string()),
        Value::Uint64(value) => out.push(value.to_string()),
        Value::Float(value) => out.push(shortest(*value)),
        Value::String(bytes) => out.push(bytes),
        Value::List(list) => {
            out.push("[")?;
            for (index, item) in list.items.iter().enumerate() {
                if index > 0 {
                    out.push(" ")?;
                }
                plain(out, item)?;
            }
            out.push("]")
        }
        Value::Map(map) => {
            out.push("map[")?;
            for (index, (key, item)) in map.entries.iter().enumerate() {
                if index > 0 {
                    out.push(" ")?;
                }
                plain(out, &Value::from(key))?;
                out.push(":")?;
                plain(out, item)?;
            }
            out.push("]")
        }
        Value::Loop(..) | Value::Scratch => Err(not_printable(value)),
    }
}

/// Several values as `print` writes them: with a space between two that are both no strings.
pub(super) fn print(out: &mut Writer<'_>, values: &[Value]) -> Result<(), Failure> {
    let mut after_string = true;
    for (index, value) in values.iter().enumerate() {
        let is_string = matches!(value, Value::String(_));
        if index > 0 && !is_string && !after_string {
            out.push(" ")?;
        }
        plain(out, value)?;
        after_string = is_string;
    }
    Ok(())
}

/// Several values as `println` writes them: with a space between any two, and a newline.
pub(super) fn println(out: &mut Writer<'_>, values: &[Value]) -> Result<(), Failure> {
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(" ")?;
        }
        plain(out, value)?;
    }
    out.push("\n")
}

fn not_printable(value: &Value) -> Failure {
    Failure::new(format!("a value of type {} cannot be printed", value.type_name()))
}

#[cfg(test)]
mod tests {
    use super::super::budget::Budget;
    use super::*;

    #[test]
    fn spaces_stand_where_go_puts_them() {
        let budget = Budget::new();
        let values = [Value::Int(1), Value::Int(2), Value::string("a"), Value::string("b"), Value::Int(3)];
        let mut out = Writer::new(&budget);
        print(&mut out, &values).unwrap();
        println(&mut out, &values).unwrap();
        assert_eq!(String::from_utf8(out.into_bytes()).unwrap(), "1 2ab31 2 a b 3\n");
    }
}
