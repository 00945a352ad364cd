//! Attributes and elements of values.
//!
//! Says what is wrong as data; where, is known to who asks.

use super::convert::{convert, to_text};
use super::evaluator::{nearest, with_article};
use super::{Entries, Number, Type, Value};
use crate::diagnostic::{Diagnostic, Span};
use crate::parser::Key;

/// Why a value has no such attribute or element.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Problem {
    code: &'static str,
    message: String,
    label: String,
    help: String,
}

impl Problem {
    /// With its places: the name or key, and what it was looked up in.
    pub(super) fn diagnostic(self, span: Span, on: &Value, on_span: Option<Span>) -> Diagnostic {
        let finding = Diagnostic::error(self.code, self.message).label(span, self.label).help(self.help);
        match on_span {
            Some(on_span) => finding.label(on_span, format!("this is {}", with_article(on))),
            None => finding,
        }
    }
}

/// A literal key as a value.
pub(super) fn key_value(key: &Key<'_>) -> Value {
    match key {
        Key::Number(text) => Number::parse(text).map_or(Value::NULL, Value::Number),
        Key::String(text) => Value::string(text),
    }
}

/// A literal key as it is written.
pub(super) fn key_text<'a>(key: &Key<'a>) -> &'a str {
    match key {
        Key::Number(text) | Key::String(text) => text,
    }
}

/// `on.name`
pub(super) fn attribute(on: &Value, name: &str) -> Result<Value, Problem> {
    match on {
        Value::Object(entries) => entries.get(name).cloned().ok_or_else(|| missing("attribute", name, entries)),
        Value::Map(mapping) => mapping.entries.get(name).cloned().ok_or_else(|| missing("key", name, &mapping.entries)),
        _ => Err(Problem {
            code: "eval::no_attributes",
            message: format!("{} has no attributes", with_article(on)),
            label: format!("there is no `{name}`"),
            help: match on {
                Value::List(_) | Value::Tuple(_) => {
                    format!("take one element first, as in `[0].{name}`, or that of each: `[*].{name}`")
                }
                Value::Set(_) => format!("take that of each element: `[*].{name}`"),
                Value::Null(_) => "give it a value, or ask with `try(…, default)`".to_owned(),
                _ => "only objects and maps have attributes".to_owned(),
            },
        }),
    }
}

/// `on[key]`
pub(super) fn index(on: &Value, key: &Value) -> Result<Value, Problem> {
    let problem = |label: &str, help: &str| Problem {
        code: "eval::invalid_index",
        message: "an index that is not there".to_owned(),
        label: label.to_owned(),
        help: help.to_owned(),
    };
    if on.is_null() {
        return Err(problem(
            "the value is null",
            "null has no elements: give it a value, or ask with `try(…, default)`",
        ));
    }
    if key.is_null() {
        return Err(problem("the key is null", "a key is a string or a number"));
    }
    match on {
        Value::List(_) | Value::Tuple(_) => {
            let items = on.elements().unwrap_or_default();
            let Ok(Value::Number(number)) = convert(key, &Type::Number) else {
                return Err(problem("not a number", "elements of a list are numbered from 0"));
            };
            match number.as_i64() {
                Some(at) if at < 0 => {
                    Err(problem("below zero", "elements are numbered from 0; the last is `[length(…) - 1]`"))
                }
                Some(at) => usize::try_from(at).ok().and_then(|at| items.get(at)).cloned().ok_or_else(|| {
                    let label = match items.len() {
                        0 => "the list is empty".to_owned(),
                        1 => "the list has one element".to_owned(),
                        count => format!("the list has {count} elements"),
                    };
                    problem(
                        &label,
                        "elements are numbered from 0; `try(…, default)` takes a default where one is missing",
                    )
                }),
                None => Err(problem("not a whole number", "elements of a list are numbered from 0")),
            }
        }
        Value::Map(_) | Value::Object(_) => {
            let entries = on.entries().cloned().unwrap_or_default();
            let Some(name) = to_text(key) else {
                return Err(problem("not a string", "a map or object is indexed by a string"));
            };
            let what = if matches!(on, Value::Map(_)) { "key" } else { "attribute" };
            entries.get(&name).cloned().ok_or_else(|| missing(what, &name, &entries))
        }
        Value::Set(_) => Err(problem("a set has no order", "make a list of it first: `[for x in set : x]`")),
        _ => Err(problem(&format!("{} has no elements", with_article(on)), "only lists, maps and objects are indexed")),
    }
}

fn missing(what: &str, name: &str, entries: &Entries) -> Problem {
    const SHOWN: usize = 12;
    let names = || entries.keys().map(|key| &**key);
    let help = match nearest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if entries.is_empty() => "it is empty".to_owned(),
        None if entries.len() <= SHOWN => format!("it has {}", names().collect::<Vec<_>>().join(", ")),
        None => "`try(…, default)` takes a default where one is missing".to_owned(),
    };
    Problem {
        code: "eval::unknown_attribute",
        message: format!("there is no {what} \"{name}\""),
        label: format!("no such {what}"),
        help,
    }
}
