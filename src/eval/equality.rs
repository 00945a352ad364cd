//! Which values are equal, and the order of the elements of a set.
//!
//! The rules are cty's: values of different types differ, and nulls are equal whatever their type.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt::Write;

use super::decimal::Notation;
use super::{Type, Value};

/// The language's `==`.
pub fn equals(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Null(_), Value::Null(_)) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Number(left), Value::Number(right)) => left == right,
        (Value::String(left), Value::String(right)) => left == right,
        (Value::List(left), Value::List(right)) => {
            left.element == right.element && all_equal(&left.items, &right.items)
        }
        (Value::Set(left), Value::Set(right)) => left.element == right.element && all_equal(&left.items, &right.items),
        (Value::Tuple(left), Value::Tuple(right)) => all_equal_in_type(left.iter(), right.iter()),
        (Value::Map(left), Value::Map(right)) => {
            left.element == right.element
                && left.entries.keys().eq(right.entries.keys())
                && left.entries.values().zip(right.entries.values()).all(|(left, right)| equals(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.keys().eq(right.keys()) && all_equal_in_type(left.values(), right.values())
        }
        _ => false,
    }
}

fn all_equal(left: &[Value], right: &[Value]) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equals(left, right))
}

/// Within tuples and objects a null has a type, and that is part of the whole's.
fn all_equal_in_type<'v>(
    left: impl ExactSizeIterator<Item = &'v Value>,
    right: impl ExactSizeIterator<Item = &'v Value>,
) -> bool {
    left.len() == right.len()
        && left.zip(right).all(|(left, right)| match (left, right) {
            (Value::Null(left), Value::Null(right)) => left == right,
            _ => equals(left, right),
        })
}

/// A text that equal values of one type have in common, and others do not.
pub(super) fn identity(value: &Value) -> String {
    match value {
        // Zero is equal to its negative, and written differently.
        Value::Number(number) if number.is_zero() => "0".to_owned(),
        _ => key_of(value, Digits::All),
    }
}

/// A set: the elements without repetitions, in cty's order.
pub(super) fn set_of(element: Type, items: Vec<Value>) -> Value {
    let mut seen = HashSet::new();
    let mut keyed: Vec<(String, Value)> = items
        .into_iter()
        .filter_map(|item| {
            // A set of primitives needs no texts to be ordered by.
            let key = if element.is_primitive() { String::new() } else { key_of(&item, Digits::Ten) };
            seen.insert(key_of(&item, Digits::All)).then_some((key, item))
        })
        .collect();
    keyed.sort_by(set_order);
    Value::Set(std::rc::Rc::new(super::Sequence { element, items: keyed.into_iter().map(|(_, item)| item).collect() }))
}

/// Nulls last, strings and numbers in their order, false before true, anything else by a text made of its content.
fn set_order((left_key, left): &(String, Value), (right_key, right): &(String, Value)) -> Ordering {
    match (left, right) {
        (Value::Null(_), Value::Null(_)) => Ordering::Equal,
        (Value::Null(_), _) => Ordering::Greater,
        (_, Value::Null(_)) => Ordering::Less,
        (Value::String(left), Value::String(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => left.compare(right),
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        _ => left_key.cmp(right_key),
    }
}

/// How many digits of a number a key has: ten in the key cty orders by, all in one that tells values apart.
#[derive(Clone, Copy)]
enum Digits {
    Ten,
    All,
}

fn key_of(value: &Value, digits: Digits) -> String {
    let mut key = String::new();
    append_key(value, digits, &mut key);
    key
}

/// The text cty hashes and orders by. Equal values have equal texts.
fn append_key(value: &Value, digits: Digits, key: &mut String) {
    match value {
        Value::Null(_) => key.push('~'),
        Value::Bool(value) => key.push(if *value { 'T' } else { 'F' }),
        Value::Number(number) => match digits {
            Digits::Ten => key.push_str(&number.text(Notation::General, Some(10))),
            Digits::All => key.push_str(&number.to_string()),
        },
        Value::String(text) => append_quoted(text, key),
        Value::List(sequence) | Value::Set(sequence) => append_all(&sequence.items, ('[', ']'), digits, key),
        Value::Tuple(items) => append_all(items, ('<', '>'), digits, key),
        Value::Map(mapping) => {
            key.push('{');
            for (name, value) in mapping.entries.iter() {
                append_quoted(name, key);
                key.push(':');
                append_key(value, digits, key);
                key.push(';');
            }
            key.push('}');
        }
        Value::Object(entries) => {
            key.push('<');
            for value in entries.values() {
                append_key(value, digits, key);
                key.push(';');
            }
            key.push('>');
        }
    }
}

fn append_all(items: &[Value], (open, close): (char, char), digits: Digits, key: &mut String) {
    key.push(open);
    for item in items {
        append_key(item, digits, key);
        key.push(';');
    }
    key.push(close);
}

/// As Go quotes it: printable characters stay.
fn append_quoted(text: &str, key: &mut String) {
    key.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => key.extend(['\\', character]),
            '\n' => key.push_str("\\n"),
            '\t' => key.push_str("\\t"),
            '\r' => key.push_str("\\r"),
            '\u{7}' => key.push_str("\\a"),
            '\u{8}' => key.push_str("\\b"),
            '\u{b}' => key.push_str("\\v"),
            '\u{c}' => key.push_str("\\f"),
            control if control.is_ascii_control() => {
                let _ = write!(key, "\\x{:02x}", u32::from(control));
            }
            other => key.push(other),
        }
    }
    key.push('"');
}
